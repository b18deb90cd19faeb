import { DownloadOutlined, UndoOutlined, UploadOutlined } from "@ant-design/icons";
import { Button, Flex, Popconfirm, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAddress } from "../../lib/address";
import { type Problem, problemFrom } from "../../lib/problem";
import { here } from "../../lib/zone";
import { PagedTable } from "../../ui/PagedTable";
import { PageFrame } from "../../ui/PageFrame";
import { ProblemNote } from "../../ui/ProblemNote";
import { ImportDrawer } from "./ImportDrawer";
import { ImportState } from "./ImportState";
import { canBeUndone, faultsOf, type Import, useAct, useImports } from "./imports";

/** Files of customers that were imported, and the way of a new one. The open one stands in the address (`?open=`). */
export default function ImportsPage() {
  const { t } = useTranslation();
  const { open, show } = useAddress();
  const pages = useImports();
  const act = useAct();
  const [problem, setProblem] = useState<Problem | null>(null);
  const undo = (row: Import) => act(row.id, "undo").catch((refused) => setProblem(problemFrom(refused, 0)));

  return (
    <PageFrame
      title={t("imports.title")}
      lead={t("imports.lead")}
      extra={
        <Flex gap={8} wrap justify="end">
          <Link to="/customers">
            <Button>{t("imports.customers")}</Button>
          </Link>
          <Button type="primary" icon={<UploadOutlined />} onClick={() => show("new")}>
            {t("imports.new")}
          </Button>
        </Flex>
      }
    >
      <ProblemNote problem={problem} />
      <PagedTable<Import>
        pages={pages}
        empty={t("imports.empty")}
        onOpen={({ id }) => show(id)}
        scroll={{ x: "max-content" }}
        columns={[
          {
            title: t("imports.file"),
            key: "file",
            render: (_, row) => (
              <Flex vertical>
                <Typography.Text ellipsis={{ tooltip: row.file_name }} style={{ maxWidth: 280 }}>
                  {row.file_name}
                </Typography.Text>
                <Typography.Text type="secondary" style={{ fontSize: 12 }}>
                  {here(row.created_at).format("YYYY-MM-DD HH:mm")} · {row.by}
                </Typography.Text>
              </Flex>
            ),
          },
          { title: t("imports.state"), key: "state", width: 240, render: (_, row) => <ImportState of={row} /> },
          ...(["rows", "created", "updated", "skipped", "failed"] as const).map((name) => ({
            title: t(`imports.${name}`),
            key: name,
            align: "right" as const,
            render: (_: unknown, row: Import) => row[name].toLocaleString(),
          })),
          {
            title: t("imports.actions"),
            key: "actions",
            onCell: () => ({ onClick: (event) => event.stopPropagation() }),
            render: (_, row) => (
              <Flex gap={4}>
                {row.has_faults_file && (
                  <Button size="small" icon={<DownloadOutlined />} href={faultsOf(row)} download>
                    {t("imports.faults")}
                  </Button>
                )}
                {canBeUndone(row) && (
                  <Popconfirm
                    title={t("imports.undo_sure")}
                    description={t("imports.undo_help")}
                    okText={t("imports.undo")}
                    cancelText={t("act.cancel")}
                    onConfirm={() => undo(row)}
                  >
                    <Button size="small" danger icon={<UndoOutlined />}>
                      {t("imports.undo")}
                    </Button>
                  </Popconfirm>
                )}
              </Flex>
            ),
          },
        ]}
      />
      {open && <ImportDrawer id={open === "new" ? null : open} onOpen={show} onClose={() => show(null)} />}
    </PageFrame>
  );
}
