import { Tabs, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { type ServiceRecord, usePages, useWaiting } from "../../lib/service";
import { useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { CustomerCell } from "../../ui/CustomerCell";
import { Dash } from "../../ui/fields";
import { PagedTable } from "../../ui/PagedTable";
import { PageFrame } from "../../ui/PageFrame";
import { NoticeList } from "./NoticeList";

/** What waits for this person: records to be answered, problems past their time, and what he was told of. */
export default function InboxPage() {
  const { t } = useTranslation();
  const { role } = useMe();
  const [address, setAddress] = useSearchParams();
  const { data: waiting } = useWaiting();
  const leads = role === "admin" || role === "supervisor";
  const tabs = [...(leads ? ["submitted"] : []), "overdue", "notices"] as const;
  const tab = tabs.find((one) => one === address.get("tab")) ?? tabs[0] ?? "notices";
  const count: Record<string, number | undefined> = {
    submitted: waiting?.submitted,
    overdue: waiting?.overdue,
    notices: waiting?.notices,
  };
  return (
    <PageFrame title={t("inbox.title")} lead={t("inbox.lead")}>
      <Tabs
        activeKey={tab}
        destroyOnHidden
        onChange={(key) => setAddress({ tab: key }, { replace: true })}
        items={tabs.map((key) => ({
          key,
          label: count[key] ? `${t(`inbox.${key}`)} (${count[key]})` : t(`inbox.${key}`),
          children:
            key === "notices" ? (
              <NoticeList />
            ) : (
              <Records
                query={key === "submitted" ? { submitted: "mine", sort: "key" } : { overdue: true, sort: "key" }}
                tab={key}
              />
            ),
        }))}
      />
    </PageFrame>
  );
}

function Records({ query, tab }: { query: Record<string, string | boolean>; tab: string }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const own = tab === "overdue" && me.role === "agent" ? { owner: me.id } : {};
  const pages = usePages<ServiceRecord>(["records", "inbox", tab], "/records", { ...query, ...own });
  return (
    <PagedTable<ServiceRecord>
      pages={pages}
      empty={t(`inbox.no_${tab}`)}
      scroll={{ x: "max-content" }}
      columns={[
        {
          title: t("inbox.record"),
          render: (_, row) => (
            <Link to={`/records/${row.table.id}?open=${row.id}`}>
              {row.table.name} #{row.number}
            </Link>
          ),
        },
        {
          title: t("service.status"),
          render: (_, row) => (
            <>
              <Tag color={row.status.color}>{row.status.label}</Tag>
              {row.overdue && <Tag color="red">{t("service.overdue")}</Tag>}
            </>
          ),
        },
        { title: t("service.customer"), render: (_, row) => <CustomerCell customer={row.customer} /> },
        { title: t("service.owner"), render: (_, row) => row.owner?.name || <Dash /> },
        tab === "submitted"
          ? {
              title: t("inbox.asked"),
              render: (_, row) => `${row.submission?.by?.name ?? ""} ${row.submission?.note ?? ""}`,
            }
          : {
              title: t("service.due"),
              render: (_, row) => (row.due_at ? dateTimeText(row.due_at, i18n.language) : <Dash />),
            },
      ]}
    />
  );
}
