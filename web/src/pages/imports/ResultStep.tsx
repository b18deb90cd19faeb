import { DownloadOutlined, UndoOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Flex, Popconfirm, Progress, Statistic } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Problem, problemFrom } from "../../lib/problem";
import { ProblemNote } from "../../ui/ProblemNote";
import { CUSTOMERS } from "../customers/customers";
import { canBeCancelled, canBeUndone, faultsOf, IMPORTS, type Import, isAtWork, percentOf, useAct } from "./imports";

const NOTES: Partial<Record<Import["state"], "success" | "error" | "warning" | "info">> = {
  done: "success",
  failed: "error",
  cancelled: "warning",
  undoing: "info",
  undone: "info",
};

/** How far a run is, and what came of it. */
export function ResultStep({ of: made, onClose }: { of: Import; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const act = useAct();
  const [problem, setProblem] = useState<Problem | null>(null);
  const atWork = isAtWork(made);
  const go = (what: "cancel" | "undo") => () =>
    act(made.id, what).then(
      () => setProblem(null),
      (refused) => setProblem(problemFrom(refused, 0)),
    );
  useEffect(() => {
    if (atWork) return;
    void queries.invalidateQueries({ queryKey: [...IMPORTS, "list"] });
    void queries.invalidateQueries({ queryKey: CUSTOMERS });
  }, [atWork, queries]);

  return (
    <Flex vertical gap={20}>
      <ProblemNote problem={problem} />
      {made.state === "running" ? (
        <Progress percent={percentOf(made)} status="active" aria-label={t("imports.states.running")} />
      ) : (
        <Alert
          type={NOTES[made.state] ?? "info"}
          showIcon
          title={t(`imports.states.${made.state}`)}
          description={made.fault ?? (made.undone ? t("imports.undone", { ...made.undone }) : undefined)}
        />
      )}
      <Flex gap={32} wrap role="status">
        {(["rows", "done", "created", "updated", "skipped", "failed"] as const).map((name) => (
          <Statistic key={name} title={t(`imports.${name}`)} value={made[name]} />
        ))}
      </Flex>
      <Flex gap={8} wrap>
        {made.has_faults_file && (
          <Button icon={<DownloadOutlined />} href={faultsOf(made)} download>
            {t("imports.faults_long")}
          </Button>
        )}
        {canBeCancelled(made) && (
          <Popconfirm
            title={t("imports.cancel_sure")}
            okText={t("imports.stop")}
            cancelText={t("imports.go_on")}
            onConfirm={go("cancel")}
          >
            <Button danger>{t("imports.stop")}</Button>
          </Popconfirm>
        )}
        {canBeUndone(made) && (
          <Popconfirm
            title={t("imports.undo_sure")}
            description={t("imports.undo_help")}
            okText={t("imports.undo")}
            cancelText={t("act.cancel")}
            onConfirm={go("undo")}
          >
            <Button danger icon={<UndoOutlined />}>
              {t("imports.undo")}
            </Button>
          </Popconfirm>
        )}
        <Button type={atWork ? "default" : "primary"} onClick={onClose}>
          {t("imports.close")}
        </Button>
      </Flex>
    </Flex>
  );
}
