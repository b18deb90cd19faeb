import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Problem } from "../lib/problem";

/** Why what was typed is not stored; it stays as it was typed, or what is stored is taken instead. */
export function Refused({ typed }: { typed: { problem: Problem | null; insist: () => void; letGo: () => void } }) {
  const { problem, insist, letGo } = typed;
  const { t, i18n } = useTranslation();
  if (!problem) return null;
  const [first] = problem.errors;
  const rule = first && (first.text || (i18n.exists(`rule.${first.rule}`) ? t(`rule.${first.rule}`) : ""));
  const whole = problem.message || t(problem.status === 0 ? "problem.unreachable" : "problem.internal");
  return (
    <div className="pop-refused" role="alert">
      <span>
        {t("pop.not_stored")} {problem.status === 412 ? t("pop.both_changed") : rule || whole}
      </span>
      {problem.status === 412 && (
        <Button type="link" size="small" onClick={insist}>
          {t("pop.insist")}
        </Button>
      )}
      <Button type="link" size="small" onClick={letGo}>
        {t("service.reload")}
      </Button>
    </div>
  );
}
