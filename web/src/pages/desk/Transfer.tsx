import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "../../live/store";
import type { AgentState } from "../../live/types";
import { useActions } from "../../phone/useCalls";
import { Input, type InputRef } from "../../ui/inputs";
import { StateTag } from "../../ui/states";
import { useQueueList } from "./queues";

interface Choice {
  key: string;
  name: string;
  number: string;
  state?: AgentState;
  detail?: string;
}

/** Colleagues with an extension and queues with a number, those that match what is typed. */
function useChoices(typed: string): Choice[] {
  const { t } = useTranslation("desk");
  const me = useLive((live) => live.me.agent);
  const agents = useLive((live) => live.agents);
  const queues = useLive((live) => live.queues);
  const known = useQueueList();
  const people = Object.values(agents)
    .filter((agent) => agent.id !== me?.id && agent.extension)
    .sort((a, b) => Number(b.state === "ready") - Number(a.state === "ready") || a.name.localeCompare(b.name))
    .map(({ id, name, extension, state }) => ({ key: id, name, number: extension as string, state }));
  const lines = known.flatMap(({ id, name, number }) =>
    number ? [{ key: id, name, number, detail: t("queues.free", { count: queues[id]?.agents_ready ?? 0 }) }] : [],
  );
  const wanted = typed.trim().toLowerCase();
  return [...people, ...lines].filter(
    ({ name, number }) => name.toLowerCase().includes(wanted) || number.startsWith(wanted),
  );
}

/** Give the call away, or ask first: a colleague, a queue, or any number. */
export function Transfer({ call, onClose }: { call: string; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const [typed, setTyped] = useState("");
  const field = useRef<InputRef>(null);
  const choices = useChoices(typed);
  const actions = useActions();
  useEffect(() => field.current?.focus(), []);

  const give = async (number: string) => {
    if (await actions.transfer(call, number)) onClose();
  };
  const ask = async (number: string) => {
    if (await actions.consult(call, number)) onClose();
  };
  const isNumber = /^[+*#\d][\d*#\s-]*$/.test(typed.trim());
  const first = isNumber ? typed.replace(/[\s-]/g, "") : choices[0]?.number;

  return (
    <section className="desk-panel" aria-label={t("transfer.title")}>
      <form
        className="desk-transfer"
        onSubmit={(event) => {
          event.preventDefault();
          if (first) void give(first);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") onClose();
        }}
      >
        <Input
          ref={field}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          placeholder={t("transfer.placeholder")}
          aria-label={t("transfer.to")}
          allowClear
        />
        <Button type="primary" htmlType="submit" disabled={!first} aria-label={t("transfer.give")}>
          {t("transfer.give")}
        </Button>
        <Button disabled={!first} aria-label={t("consult.ask")} onClick={() => first && void ask(first)}>
          {t("consult.ask")}
        </Button>
        <Button onClick={onClose} aria-label={t("cancel")}>
          {t("cancel")}
        </Button>
      </form>
      <ul className="desk-list desk-choices">
        {choices.map(({ key, name, number, state, detail }) => (
          <li key={key}>
            <span className="desk-name">
              {name} <span className="desk-quiet">{number}</span>
            </span>
            {state ? <StateTag state={state} /> : <span className="desk-quiet">{detail}</span>}
            <Button size="small" aria-label={t("consult.ask_who", { name })} onClick={() => void ask(number)}>
              {t("consult.ask")}
            </Button>
            <Button size="small" aria-label={t("transfer.give_to", { name })} onClick={() => void give(number)}>
              {t("transfer.give")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
