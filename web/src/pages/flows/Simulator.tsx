import { PhoneFilled, PhoneOutlined } from "@ant-design/icons";
import { Alert, Button, Collapse, Flex } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { KEYS } from "../../lib/keys";
import { CircumstancesForm } from "./CircumstancesForm";
import { useFlow } from "./editor";
import { LookupAnswer } from "./LookupAnswer";
import { Transcript } from "./Transcript";
import type { Drawing } from "./useDrawing";
import type { Simulation } from "./useSimulation";

/** Tries the draft like a caller: keys are pressed, and what he hears is written down. */
export function Simulator({ simulation, drawing }: { simulation: Simulation; drawing: Drawing }) {
  const { t } = useTranslation("flow");
  const { isOn, result, problem, circumstances, setCircumstances, start, stop, press } = simulation;
  const end = useRef<HTMLDivElement>(null);
  const { nodes } = useFlow();
  const length = result?.steps.length ?? 0;
  const last = result?.steps.at(-1);
  const isWaiting = result?.ends === "waits_for_key";

  useEffect(() => {
    if (length) end.current?.scrollIntoView({ block: "nearest" });
  }, [length]);

  const onKey = (event: React.KeyboardEvent) => {
    if (!isWaiting || !KEYS.includes(event.key) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    press(event.key);
  };

  return (
    <div className="flow-simulator">
      <Collapse
        size="small"
        ghost
        items={[
          { key: "call", label: t("simulator.settings"), children: <CircumstancesForm simulation={simulation} /> },
        ]}
      />
      {!isOn && <p className="flow-quiet">{t("simulator.lead")}</p>}
      {problem && <Alert type="error" showIcon role="alert" title={problem.message || t("simulator.failed")} />}
      <div className="flow-transcript" aria-live="polite">
        {result && <Transcript result={result} drawing={drawing} />}
        {result?.ends === "waits_for_lookup" && last && (
          <LookupAnswer
            key={last.node}
            name={last.label || last.node}
            node={nodes[last.node]}
            onAnswer={(answer) => setCircumstances({ lookups: { ...circumstances.lookups, [last.node]: answer } })}
          />
        )}
        <div ref={end} />
      </div>
      {isOn && (
        <fieldset className="flow-keypad" aria-label={t("simulator.keypad")} onKeyDown={onKey}>
          {[..."123456789*0#"].map((key) => (
            <Button key={key} aria-label={t("simulator.key", { key })} disabled={!isWaiting} onClick={() => press(key)}>
              {key}
            </Button>
          ))}
          <Button className="flow-keypad-wide" disabled={!isWaiting} onClick={() => press("")}>
            {t("simulator.silence")}
          </Button>
        </fieldset>
      )}
      <Flex gap={8}>
        <Button type="primary" icon={<PhoneFilled />} onClick={start} style={{ flex: 1 }}>
          {t(isOn ? "simulator.again" : "simulator.start")}
        </Button>
        {isOn && (
          <Button icon={<PhoneOutlined rotate={135} />} onClick={stop}>
            {t("simulator.stop")}
          </Button>
        )}
      </Flex>
    </div>
  );
}
