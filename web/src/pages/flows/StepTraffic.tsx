import { useTranslation } from "react-i18next";
import type { FlowNode, NodeKind } from "../../lib/flow";
import { useEditor } from "./editor";
import { exitsOf } from "./exits";
import type { StepTraffic as Figures } from "./traffic";
import { useWords } from "./words";

const ASKED = ["visits", "hung_up", "silent", "invalid", "seconds"] as const;
const FIGURES: Partial<Record<NodeKind, readonly (keyof Omit<Figures, "exits">)[]>> = {
  menu: ASKED,
  digits: ASKED,
  lookup: ["visits", "hung_up", "failed", "seconds"],
};

/** What callers did at a step in the chosen period. */
export function StepTraffic({ name, node }: { name: string; node: FlowNode }) {
  const { t } = useTranslation("flow");
  const words = useWords();
  const traffic = useEditor((state) => state.traffic);
  if (!traffic) return null;
  const here = traffic[name];
  const figures = FIGURES[node.kind] ?? (["visits", "hung_up"] as const);
  const known = exitsOf(node).map(({ id }) => id);
  const exits = [...known, ...Object.keys(here?.exits ?? {}).filter((id) => id && !known.includes(id))];

  return (
    <section className="flow-figures" aria-label={t("traffic.title")}>
      <h3>{t("traffic.title")}</h3>
      {here ? (
        <dl>
          {figures.map((figure) => (
            <div key={figure}>
              <dt>{t(`traffic.${figure}`)}</dt>
              <dd>{here[figure]}</dd>
            </div>
          ))}
          {exits.map((exit) => {
            const count = here.exits[exit] ?? 0;
            return (
              <div key={exit}>
                <dt>{words.exit(node, exit)}</dt>
                <dd>
                  <meter aria-label={words.exit(node, exit)} value={count} max={Math.max(1, here.visits)} />
                  {count}
                </dd>
              </div>
            );
          })}
        </dl>
      ) : (
        <p className="flow-quiet">{t("traffic.nobody")}</p>
      )}
    </section>
  );
}
