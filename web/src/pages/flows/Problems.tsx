import { CheckCircleFilled, WarningFilled } from "@ant-design/icons";
import { Flex } from "antd";
import { useTranslation } from "react-i18next";
import { type FlowProblem, useEditor, useFlow } from "./editor";
import { exitsOf } from "./exits";
import type { Drawing } from "./useDrawing";
import { useWords } from "./words";

/** A problem in the reader's language. An exit is told as the drawing tells it. */
export function ProblemText({ problem }: { problem: FlowProblem }) {
  const { t, i18n } = useTranslation("flow");
  const words = useWords();
  const node = useFlow().nodes[problem.node];
  const exit = node && problem.code === "no_exit" && exitsOf(node).find(({ id }) => problem.en.includes(`“${id}”`));
  if (exit) return <>{t("problems.no_exit", { exit: words.exit(node, exit.id) })}</>;
  return <>{i18n.language === "en" ? problem.en : problem.zh}</>;
}

export function useProblems(): FlowProblem[] {
  const problems = useEditor((state) => state.problems);
  return Object.values(problems).flat();
}

/** All that stands in the way of publishing; a click leads to the step. */
export function Problems({ drawing, failed }: { drawing: Drawing; failed: boolean }) {
  const { t } = useTranslation("flow");
  const { nodes } = useFlow();
  const words = useWords();
  const problems = useProblems();

  if (failed) return <p className="flow-quiet">{t("problems.unknown")}</p>;
  if (problems.length === 0)
    return (
      <Flex gap={8} align="start">
        <CheckCircleFilled style={{ color: "var(--ant-color-success)", lineHeight: "22px" }} />
        {t("problems.none")}
      </Flex>
    );
  return (
    <ul className="flow-problems">
      {problems.map((problem) => {
        const node = nodes[problem.node];
        const text = <ProblemText problem={problem} />;
        return (
          <li key={`${problem.node} ${problem.code} ${problem.en}`}>
            <WarningFilled className="flow-warning" aria-hidden="true" />
            {node ? (
              <button type="button" onClick={() => drawing.goTo(problem.node, 1)}>
                <strong>{words.name(problem.node, node)}</strong>
                <span>{text}</span>
              </button>
            ) : (
              <span>{text}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
