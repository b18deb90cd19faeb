import { Input } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { MemoOut } from "../api";
import { useMe } from "../lib/session";
import { useTyped } from "../lib/typed";
import { Refused } from "./Refused";
import { useNote } from "./store";

const PAUSE_MS = 1_500; // typing has paused: what stands there is stored

interface Of {
  customer: string;
  journey: string;
}

/** Names the note of a call with a customer for good. */
export const noteOf = (journey: string, customer: string) => `note:${journey}:${customer}`;

/** What the agent notes of this call: it is stored as it is typed, and is a memo of the customer. */
export function Note({ customer, journey }: Of) {
  const { id } = useMe();
  const { data: memo, save } = useNote(customer, journey, id);
  if (memo === undefined) return null;
  return <Text key={journey} what={noteOf(journey, customer)} memo={memo} save={save} />;
}

interface Props {
  what: string;
  memo: MemoOut | null;
  save: (text: string, version: number) => Promise<number>;
}

function Text({ what, memo, save }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const typed = useTyped({ what, stored: memo?.text ?? "", version: memo?.version ?? 0, save, pause: PAUSE_MS });
  const state = typed.problem ? "" : typed.waits ? t("pop.storing") : memo ? t("pop.stored") : "";
  return (
    <div className="desk-field pop-note">
      <label htmlFor={id}>
        {t("pop.note")} <span aria-live="polite">{state}</span>
      </label>
      <Input.TextArea
        id={id}
        value={typed.value}
        placeholder={t("pop.note_hint")}
        maxLength={10_000}
        autoSize={{ minRows: 3, maxRows: 12 }}
        status={typed.problem ? "error" : ""}
        onChange={(event) => typed.type(event.target.value)}
        onBlur={typed.leave}
      />
      <Refused typed={typed} />
    </div>
  );
}
