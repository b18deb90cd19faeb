import { CustomerServiceOutlined, SoundOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { FlowNode } from "../../lib/flow";
import type { Simulated, SimulatedStep } from "./calls";
import { useFlow } from "./editor";
import type { Drawing } from "./useDrawing";
import { useWords } from "./words";

/** What a simulated caller heard and did, step after step. */
export function Transcript({ result, drawing }: { result: Simulated; drawing: Drawing }) {
  const { t } = useTranslation("flow");
  const words = useWords();
  return (
    <ol className="flow-told">
      {result.steps.map((step, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a visit has no other name than its place
        <Visit key={place} step={step} drawing={drawing} />
      ))}
      <li className="flow-told-end">
        {result.ends === "go_to" && result.destination
          ? t("simulator.to", { destination: words.destination(result.destination) })
          : t(`simulator.${result.ends}`)}
      </li>
    </ol>
  );
}

function Visit({ step, drawing }: { step: SimulatedStep; drawing: Drawing }) {
  const { t } = useTranslation("flow");
  const { nodes } = useFlow();
  const words = useWords();
  const isHere = step.node in nodes;
  const name = step.label || step.node;
  const node = nodes[step.node];
  const exit = step.exit && step.kind !== "go_to" && node?.kind === step.kind && exitText(node, step, words.exit);
  return (
    <li>
      {isHere ? (
        <button type="button" className="flow-told-step" onClick={() => drawing.goTo(step.node)}>
          {name}
        </button>
      ) : (
        <span className="flow-told-step">
          {step.flow_name} · {name}
        </span>
      )}
      {step.said.map((said, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what is said has no other name than its place
        <p key={place} lang={said.language} className="flow-told-said">
          <SoundOutlined aria-label={t("simulator.said")} /> {said.text || "…"}
        </p>
      ))}
      {step.heard.length > 0 && (
        <p className="flow-told-heard">
          <CustomerServiceOutlined aria-hidden="true" /> {t("simulator.pressed", { keys: step.heard.join("") })}
        </p>
      )}
      {Object.entries(step.kept).map(([variable, value]) => (
        <p key={variable} className="flow-told-kept">
          {t("simulator.value", { name: variable, value })}
        </p>
      ))}
      {step.sent.length > 0 && <p className="flow-told-kept">→ {step.sent.join(" · ")}</p>}
      {exit && <p className="flow-told-kept">{exit}</p>}
      {step.reason && <p className="flow-told-kept">{t("simulator.reason", { reason: step.reason })}</p>}
    </li>
  );
}

/** How a step was left, where that was decided: which case, open or closed, failed. */
function exitText(node: FlowNode, { exit, kind }: SimulatedStep, tell: (node: FlowNode, id: string) => string): string {
  const isDecided = ["hours", "condition", "lookup"].includes(kind) || exit === "fallback";
  return isDecided && exit ? `→ ${tell(node, exit)}` : "";
}
