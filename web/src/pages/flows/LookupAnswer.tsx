import { Button, Flex, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FlowNode } from "../../lib/flow";

interface Props {
  name: string;
  node: FlowNode | undefined;
  onAnswer: (answer: unknown) => void;
}

/** The simulated call waits for a lookup: what does the other side answer? */
export function LookupAnswer({ name, node, onAnswer }: Props) {
  const { t } = useTranslation("flow");
  const [text, setText] = useState(() => example(node));
  const [wrong, setWrong] = useState(false);
  const answer = () => {
    try {
      onAnswer(JSON.parse(text));
    } catch {
      setWrong(true);
    }
  };
  return (
    <Flex vertical gap={8} className="flow-case">
      <strong>{t("simulator.asks", { name })}</strong>
      <Input.TextArea
        aria-label={t("simulator.lookups")}
        autoSize={{ minRows: 2, maxRows: 8 }}
        status={wrong ? "error" : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setWrong(false);
        }}
        style={{ fontFamily: "monospace" }}
      />
      {wrong && <span className="flow-failed">{t("simulator.bad_json")}</span>}
      <Flex gap={8}>
        <Button size="small" type="primary" onClick={answer}>
          {t("simulator.answer")}
        </Button>
        <Button size="small" onClick={() => onAnswer({ fails: "timeout" })}>
          {t("simulator.fail")}
        </Button>
      </Flex>
    </Flex>
  );
}

/** An answer that has something at every place the lookup looks at, as far as places are plain names. */
function example(node: FlowNode | undefined): string {
  const found: Record<string, unknown> = {};
  for (const { path } of node?.kind === "lookup" ? node.outputs : []) {
    let at = found;
    const names = path.split(".").filter((name) => /^\w+$/.test(name));
    for (const name of names.slice(0, -1)) {
      at[name] = typeof at[name] === "object" ? at[name] : {};
      at = at[name] as Record<string, unknown>;
    }
    const last = names.at(-1);
    if (last) at[last] = "";
  }
  return JSON.stringify(found, null, 2);
}
