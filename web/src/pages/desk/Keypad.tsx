import { Button } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { toneOf } from "../../phone/keys";
import { useActions } from "../../phone/useCalls";

const ROWS = ["123", "456", "789", "*0#"];

/** Twelve keys; each press is given on. */
export function KeyGrid({ onKey }: { onKey: (key: string) => void }) {
  const { t } = useTranslation("desk");
  return (
    <div className="desk-keys">
      {[...ROWS.join("")].map((key) => (
        <Button key={key} size="large" aria-label={t("keypad.key", { key })} onClick={() => onKey(key)}>
          {key}
        </Button>
      ))}
    </div>
  );
}

/** The keypad of a call: tones for the other side's machine, from the page or the keyboard. */
export function Keypad({ call, onClose }: { call: string; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const [sent, setSent] = useState("");
  const actions = useActions();
  const send = useCallback(
    (key: string) => {
      setSent((former) => (former + key).slice(-24));
      void actions.keys(call, key);
    },
    [call, actions],
  );
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const free = !(event.target instanceof HTMLElement && event.target.closest("input, textarea"));
      if (event.key === "Escape") onClose();
      else if (free && toneOf(event.key)) send(event.key);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [send, onClose]);
  return (
    <section className="desk-panel" aria-label={t("keypad.title")}>
      <output className="desk-sent" aria-label={t("keypad.sent")}>
        {sent || t("keypad.hint")}
      </output>
      <KeyGrid onKey={send} />
    </section>
  );
}
