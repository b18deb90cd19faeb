import { Alert, Progress, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { isOver, useJob } from "../../lib/jobs";
import { useStageOptions, useTierOptions } from "../customers/words";

interface Result {
  customers: number;
  changed: number;
  fits: Record<string, number>;
  changes: Record<string, number>;
  pii_first?: { id: string; name: string; changes: Record<string, [unknown, unknown]>; rules: string[] }[];
}

interface Props {
  job: string;
  /** The rule that was tried. */
  of?: string;
  applied?: boolean;
}

/** How far the worker is with the customers, and then what became of them, or would. */
export function RunResult({ job, of, applied = false }: Props) {
  const { t } = useTranslation();
  const { data } = useJob(job);
  const words = useWords();
  if (!data || !isOver(data.state))
    return <Progress percent={Math.round((data?.progress ?? 0) * 100)} aria-label={t("customer_rules.working")} />;
  if (data.state !== "done") return <Alert type="error" showIcon title={t("customer_rules.failed")} />;
  const { customers, changed, fits, changes, pii_first: first = [] } = data.result as unknown as Result;
  return (
    <>
      <Alert
        type={changed ? "success" : "info"}
        showIcon
        title={t(applied ? "customer_rules.changed" : "customer_rules.would_change", { count: changed, customers })}
        description={
          of !== undefined && t("customer_rules.of_rule", { fits: fits[of] ?? 0, changes: changes[of] ?? 0 })
        }
        style={{ marginBlockEnd: 8 }}
      />
      {first.map((one) => (
        <div key={one.id}>
          <Typography.Text strong>{one.name}</Typography.Text>{" "}
          {Object.entries(one.changes).map(([name, [before, after]]) => (
            <span key={name}>
              {t(`customers.${name}`)} {words(name, before)} → {words(name, after)}{" "}
            </span>
          ))}
          <Typography.Text type="secondary">{one.rules.join(", ")}</Typography.Text>
        </div>
      ))}
    </>
  );
}

function useWords() {
  const [tiers, stages] = [useTierOptions(), useStageOptions()];
  return (name: string, value: unknown): string => {
    if (name === "tier") return tiers.find((one) => one.value === value)?.label ?? String(value);
    if (name === "stage") return stages.find((one) => one.value === value)?.label ?? String(value);
    return Array.isArray(value) ? value.join(", ") || "–" : String(value);
  };
}
