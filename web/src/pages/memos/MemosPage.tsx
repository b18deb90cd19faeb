import { BellOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { MemoOut } from "../../api";
import { useAddress } from "../../lib/address";
import { usePages } from "../../lib/service";
import { useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { CustomerCell } from "../../ui/CustomerCell";
import { Days, Filters, Person, Sought, Tick } from "../../ui/Filters";
import { Dash } from "../../ui/fields";
import { PagedTable } from "../../ui/PagedTable";
import { PageFrame } from "../../ui/PageFrame";
import { MemoDrawer } from "./MemoDrawer";

/** The service records of all customers: what was noted of each, by whom, and of what it reminds. */
export default function MemosPage() {
  const { t, i18n } = useTranslation();
  const { role } = useMe();
  const { query, open, show } = useAddress();
  const pages = usePages<MemoOut>(["memos"], "/memos", query);

  return (
    <PageFrame
      title={t("memos.title")}
      lead={t("memos.lead")}
      extra={
        role !== "auditor" && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => show("new")}>
            {t("memos.new")}
          </Button>
        )
      }
    >
      <Filters>
        <Sought label={t("memos.search")} />
        <Person name="author" label={t("memos.author")} />
        <Days />
        <Tick name="reminds" value="mine" label={t("memos.remind_me")} />
        <Tick name="deleted" label={t("service.deleted_only")} />
      </Filters>
      <PagedTable<MemoOut>
        pages={pages}
        empty={t("memos.empty")}
        onOpen={(row) => show(row.id)}
        columns={[
          {
            title: t("service.made"),
            width: 130,
            render: (_, row) => <time dateTime={row.created_at}>{dateTimeText(row.created_at, i18n.language)}</time>,
          },
          { title: t("service.customer"), width: 200, render: (_, row) => <CustomerCell customer={row.customer} /> },
          { title: t("memos.text"), dataIndex: "text", ellipsis: true },
          {
            title: t("memos.remind"),
            width: 200,
            render: (_, row) =>
              row.remind_at ? (
                <Tag icon={<BellOutlined />} color={row.done ? "default" : "gold"}>
                  {dateTimeText(row.remind_at, i18n.language)} {row.remind?.name}
                </Tag>
              ) : (
                <Dash />
              ),
          },
          { title: t("memos.author"), width: 120, render: (_, row) => row.author?.name || <Dash /> },
        ]}
      />
      {open && (open !== "new" || role !== "auditor") && (
        <MemoDrawer key={open} id={open === "new" ? null : open} onClose={() => show(null)} />
      )}
    </PageFrame>
  );
}
