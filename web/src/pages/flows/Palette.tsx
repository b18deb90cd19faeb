import { useTranslation } from "react-i18next";
import type { NodeKind } from "../../lib/flow";
import { GROUPS, kindOf, NODE_KINDS } from "./kinds";

export const DRAGGED = "application/x-callroom-step";

interface Props {
  disabled?: boolean;
  draggable?: boolean;
  onChoose: (kind: NodeKind) => void;
}

/** All kinds of steps, to be clicked or dragged onto the drawing. */
export function Palette({ disabled = false, draggable = false, onChoose }: Props) {
  const { t } = useTranslation("flow");
  return (
    <div className="flow-palette">
      {GROUPS.map((group) => (
        <section key={group} aria-label={t(`palette.${group}`)} className={`flow-${group}`}>
          <h3>{t(`palette.${group}`)}</h3>
          {NODE_KINDS.filter((kind) => kindOf(kind).group === group).map((kind) => (
            <button
              key={kind}
              type="button"
              disabled={disabled}
              title={t(`about.${kind}`)}
              draggable={draggable && !disabled}
              onDragStart={(event) => {
                event.dataTransfer.setData(DRAGGED, kind);
                event.dataTransfer.effectAllowed = "copy";
              }}
              onClick={() => onChoose(kind)}
            >
              <span className="flow-icon" aria-hidden="true">
                {kindOf(kind).icon}
              </span>
              {t(`kind.${kind}`)}
            </button>
          ))}
        </section>
      ))}
    </div>
  );
}
