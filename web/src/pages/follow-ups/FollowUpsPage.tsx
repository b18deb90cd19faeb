import { PhoneOutlined } from "@ant-design/icons";
import { Button, Segmented, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import type { FollowUpOut } from "../../api";
import { usePages } from "../../lib/service";
import { useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { useActions } from "../../phone/useCalls";
import { Dash } from "../../ui/fields";
import { PagedTable } from "../../ui/PagedTable";
import { PageFrame } from "../../ui/PageFrame";
import { TierTag } from "../../ui/TierTag";
import { FollowUpDrawer } from "./FollowUpDrawer";

/** Key customers are told apart: they come first. */
function Whose({ customer }: Pick<FollowUpOut, "customer">) {
  if (!customer?.name) return <Dash />;
  return (
    <>
      {customer.name} <TierTag tier={customer.tier} />
    </>
  );
}

type View = "mine" | "open" | "overdue" | "done";

/** Return calls: an agent's own, and for leaders all they see, those that are overdue first of all. */
export default function FollowUpsPage() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const actions = useActions();
  const [address, setAddress] = useSearchParams();
  const views: View[] = ["mine", "open", "overdue", "done"];
  const view = views.find((one) => one === address.get("view")) ?? (me.role === "agent" ? "mine" : "open");
  const query = {
    mine: { state: "open", owner: me.id, sort: "key" },
    open: { state: "open", sort: "key" },
    overdue: { overdue: true, sort: "key" },
    done: { state: "done", sort: "-created_at" },
  }[view];
  const pages = usePages<FollowUpOut>(["follow-ups"], "/follow-ups", query);
  const open = address.get("open");
  const show = (id: string | null) => setAddress({ view, ...(id ? { open: id } : {}) });

  return (
    <PageFrame title={t("follow_ups.title")} lead={t("follow_ups.lead")}>
      <Segmented
        aria-label={t("service.filters")}
        value={view}
        options={views.map((value) => ({ value, label: t(`follow_ups.view_${value}`) }))}
        onChange={(value) => setAddress({ view: value }, { replace: true })}
        style={{ marginBlockEnd: 12 }}
      />
      <PagedTable<FollowUpOut>
        pages={pages}
        empty={t("follow_ups.empty")}
        onOpen={(row) => show(row.id)}
        scroll={{ x: "max-content" }}
        columns={[
          {
            title: t("service.due"),
            render: (_, row) => (
              <>
                {dateTimeText(row.due_at, i18n.language)} {row.overdue && <Tag color="red">{t("service.overdue")}</Tag>}
              </>
            ),
          },
          { title: t("service.customer"), render: (_, row) => <Whose customer={row.customer} /> },
          {
            title: t("inbox.record"),
            render: (_, row) => (
              <Link
                to={`/records/${row.record.table.id}?open=${row.record.id}`}
                onClick={(event) => event.stopPropagation()}
              >
                {row.record.table.name} #{row.record.number}
              </Link>
            ),
          },
          { title: t("service.owner"), render: (_, row) => row.owner?.name || <Dash /> },
          { title: t("follow_ups.attempts"), align: "right", dataIndex: "attempts" },
          {
            title: t("follow_ups.result"),
            render: (_, row) => (row.result ? t(`follow_ups.result_${row.result}`) : <Dash />),
          },
          {
            title: "",
            render: (_, row) =>
              row.state === "open" &&
              me.role !== "auditor" && (
                <Button
                  size="small"
                  icon={<PhoneOutlined />}
                  onClick={(event) => {
                    event.stopPropagation();
                    actions.dial({ follow_up: row.id });
                    show(row.id);
                  }}
                >
                  {t("follow_ups.dial")}
                </Button>
              ),
          },
        ]}
      />
      {open && <FollowUpDrawer key={open} id={open} onClose={() => show(null)} />}
    </PageFrame>
  );
}
