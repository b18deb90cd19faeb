import { useInfiniteQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Select, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listAuditLog } from "../../api";
import type { LogEntry } from "../../lib/types";
import { here } from "../../lib/zone";
import { Dash } from "../../ui/fields";
import { PageFrame } from "../../ui/PageFrame";
import { ACTIONS, changesOf } from "./changes";

/** "queue.updated" in words, as far as they are known. */
export function useActionText(): (action: string) => string {
  const { t, i18n } = useTranslation();
  const word = (key: string, plain: string) => (i18n.exists(key) ? t(key) : plain);
  return (action) => {
    const whole = `log.whole.${action.replace(".", "_")}`;
    if (i18n.exists(whole)) return t(whole);
    const [kind = "", verb = ""] = action.split(".");
    return `${word(`log.kind.${kind}`, kind)} · ${word(`log.verb.${verb}`, verb)}`;
  };
}

export default function LogPage() {
  const { t } = useTranslation();
  const [action, setAction] = useState("");
  const say = useActionText();
  const actorIn = useActors();
  const log = useInfiniteQuery({
    queryKey: ["audit-log", action],
    queryFn: async ({ pageParam }) => {
      const query = { limit: 50, action, ...(pageParam && { cursor: Number(pageParam) }) };
      return (await listAuditLog({ query, throwOnError: true })).data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const entries = log.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <PageFrame title={t("log.title")} lead={t("log.lead")}>
      {log.error && (
        <Alert
          type="error"
          showIcon
          title={log.error.message || t("problem.unreachable")}
          style={{ marginBlockEnd: 16 }}
        />
      )}
      <Flex style={{ marginBlockEnd: 12 }}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          aria-label={t("log.filter")}
          placeholder={t("log.filter")}
          value={action || null}
          options={ACTIONS.map((value) => ({ value, label: say(value) }))}
          onChange={(chosen) => setAction(chosen ?? "")}
          style={{ width: 320 }}
        />
      </Flex>
      <Table<LogEntry>
        rowKey="id"
        size="small"
        loading={log.isPending}
        dataSource={entries}
        pagination={false}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: t("log.empty") }}
        expandable={{
          expandRowByClick: true,
          rowExpandable: (entry) => changesOf(entry).length > 0,
          expandedRowRender: (entry) => <Changes entry={entry} />,
        }}
        columns={[
          {
            title: t("log.at"),
            render: (_, { at }) => <time dateTime={at}>{here(at).format("YYYY-MM-DD HH:mm:ss")}</time>,
          },
          { title: t("log.actor"), render: (_, entry) => actorIn(entry) },
          {
            title: t("log.action"),
            render: (_, entry) => say(entry.action),
          },
          { title: t("log.subject"), render: (_, entry) => nameIn(entry) || entry.subject_id || <Dash /> },
          { title: t("log.address"), dataIndex: "address", render: (address: string) => address || <Dash /> },
        ]}
      />
      {log.hasNextPage && (
        <Flex justify="center" style={{ marginBlockStart: 16 }}>
          <Button loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {t("act.more")}
          </Button>
        </Flex>
      )}
    </PageFrame>
  );
}

/** Who did it; nobody is signed in where the system itself did, or who followed a link. */
function useActors() {
  const { t } = useTranslation();
  return ({ actor, actor_id }: LogEntry) => {
    if (actor_id === null && actor === "unsubscribe") return t("log.unsubscribe");
    return actor_id === null && (actor === "" || actor === "system") ? t("log.system") : actor;
  };
}

/** What the row was called when it happened; an id says little to a reader. */
function nameIn({ after, before }: LogEntry): string {
  const row = { ...before, ...after };
  for (const key of ["name", "label", "number", "login", "name_zh", "file", "segment"])
    if (typeof row[key] === "string" && row[key]) return row[key];
  return "";
}

function Changes({ entry }: { entry: LogEntry }) {
  const { t } = useTranslation();
  return (
    <Table
      size="small"
      rowKey="field"
      pagination={false}
      dataSource={changesOf(entry)}
      columns={[
        { title: t("log.field"), dataIndex: "field", width: 200 },
        {
          title: t("log.before"),
          dataIndex: "before",
          render: (text: string) => (text ? <del>{text}</del> : <Dash />),
        },
        { title: t("log.after"), dataIndex: "after", render: (text: string) => text || <Dash /> },
      ]}
    />
  );
}
