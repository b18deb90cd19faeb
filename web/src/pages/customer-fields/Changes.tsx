import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Progress } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { getJob, type JobOut } from "../../api";
import type { CustomerField } from "./form";

const AGAIN_MS = 1_000;
const KINDS = { waiting: "info", running: "info", done: "success", failed: "error", cancelled: "warning" } as const;
const REASONS = ["values_stand_twice", "values_would_be_lost"];

const isOver = (job: JobOut | undefined) => job !== undefined && KINDS[job.state] !== "info";

/** The fields whose values are being changed by the worker: how far it is, and how it ended. */
export function Changes({ fields }: { fields: CustomerField[] }) {
  const [watched, setWatched] = useState<Record<string, string>>({}); // job → its field
  const more = fields.flatMap(({ changing, label }) => (changing && !(changing in watched) ? [[changing, label]] : []));
  if (more.length) setWatched({ ...watched, ...Object.fromEntries(more) });
  return Object.entries(watched).map(([job, name]) => <Change key={job} id={job} name={name} />);
}

function Change({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: job } = useQuery({
    queryKey: ["jobs", id],
    queryFn: async () => (await getJob({ path: { job_id: id }, throwOnError: true })).data,
    refetchInterval: ({ state }) => (isOver(state.data) ? false : AGAIN_MS),
  });
  const over = isOver(job);
  useEffect(() => {
    if (over) void queries.invalidateQueries({ queryKey: ["customer-fields"] });
  }, [over, queries]);
  if (!job) return null;
  const why = String(job.result?.error ?? "");
  return (
    <Alert
      type={KINDS[job.state]}
      showIcon
      closable={over}
      style={{ marginBlockEnd: 12 }}
      title={t(`customer_fields.job_${job.state}`, { name })}
      description={
        over ? (
          job.state === "failed" && t(`customer_fields.why_${REASONS.includes(why) ? why : "other"}`)
        ) : (
          <Progress percent={Math.floor(job.progress * 100)} size="small" aria-label={t("customer_fields.changing")} />
        )
      }
    />
  );
}
