import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { NodeKind, Place } from "../../lib/flow";
import { Palette } from "./Palette";

interface Props {
  /** Where it opens, from the window's corner. */
  at: Place;
  /** The step that the new one comes after. */
  after: string;
  onChoose: (kind: NodeKind) => void;
  onClose: () => void;
}

const SIZE = { width: 300, height: 430 };

/** All kinds of steps, where a line was let go; arrow keys and Enter choose, Escape leaves it. */
export function QuickAdd({ at, after, onChoose, onClose }: Props) {
  const { t } = useTranslation("flow");
  const box = useRef<HTMLDivElement>(null);
  const buttons = () => [...(box.current?.querySelectorAll("button") ?? [])];

  useEffect(() => {
    box.current?.querySelector("button")?.focus();
    const onPress = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose();
    };
    document.addEventListener("pointerdown", onPress, true);
    return () => document.removeEventListener("pointerdown", onPress, true);
  }, [onClose]);

  const onKey = (event: React.KeyboardEvent) => {
    if (event.key === "Escape") {
      onClose();
      event.stopPropagation();
      return;
    }
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const all = buttons();
    const now = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(now + step + all.length) % all.length]?.focus();
  };

  return (
    <div
      ref={box}
      className="flow-quick"
      role="dialog"
      aria-label={t("palette.next", { name: after })}
      onKeyDown={onKey}
      style={{
        left: Math.max(8, Math.min(at.x, window.innerWidth - SIZE.width - 8)),
        top: Math.max(8, Math.min(at.y, window.innerHeight - SIZE.height - 8)),
        width: SIZE.width,
        maxHeight: SIZE.height,
      }}
    >
      <Palette onChoose={onChoose} />
    </div>
  );
}
