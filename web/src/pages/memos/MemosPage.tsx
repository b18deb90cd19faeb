import { BellOutlined, PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Checkbox, DatePicker, Empty, Input, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import type { MemoOut } from "../../api";
import { usePages } from "../../lib/service";
import { useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { Dash } from "../../ui/fields";
import { PageFrame } from "../../ui/PageFrame";
import { PersonPicker } from "../../ui/PersonPicker";
import { dayBounds, daysOf } from "../calls/filters";
import { queryOf } from "../records/RecordFilters";
import { MemoDrawer } from "./MemoDrawer";

/** The service records of all customers: what was noted of each, by whom, and of what it reminds. */
export default function MemosPage() {
  const { t, i18n } = useTranslation();
  const { role } = useMe();
  const [address, setAddress] = useSearchParams();
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = usePages<MemoOut>(
    ["memos"],
    "/memos",
    queryOf(address),
  );
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const set = (changes: Record<string, string | null>) =>
    setAddress((now) => {
      const next = new URLSearchParams(now);
      for (const [name, value] of Object.entries(changes)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      return next;
    });
  const open = address.get("open");
  const [from, to] = [address.get("from"), address.get("to")];
  const tick = (name: string, value: string, label: string) => (
    <Checkbox
      checked={address.get(name) === value}
      onChange={(event) => set({ [name]: event.target.checked ? value : null })}
    >
      {label}
    </Checkbox>
  );

  return (
    <PageFrame
      title={t("memos.title")}
      lead={t("memos.lead")}
      extra={
        role !== "auditor" && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => set({ open: "new" })}>
            {t("memos.new")}
          </Button>
        )
      }
    >
      {error && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
      <search
        aria-label={t("service.filters")}
        style={{ display: "flex", flexWrap: "wrap", gap: 8, alignItems: "center", marginBlockEnd: 12 }}
      >
        <Input.Search
          key={address.get("q") ?? ""}
          allowClear
          defaultValue={address.get("q") ?? ""}
          placeholder={t("memos.search")}
          aria-label={t("memos.search")}
          onSearch={(q) => set({ q: q.trim() })}
          style={{ width: 240 }}
        />
        <PersonPicker
          value={address.get("author")}
          label={t("memos.author")}
          placeholder={t("memos.author")}
          onChange={(author) => set({ author })}
        />
        <DatePicker.RangePicker
          value={from && to ? daysOf(from, to) : null}
          onChange={(range) => set(range?.[0] && range[1] ? dayBounds(range[0], range[1]) : { from: null, to: null })}
        />
        {tick("reminds", "mine", t("memos.remind_me"))}
        {tick("deleted", "true", t("service.deleted_only"))}
      </search>
      <Table<MemoOut>
        rowKey="id"
        size="small"
        loading={isPending}
        pagination={false}
        dataSource={rows}
        locale={{
          emptyText: isPending ? " " : <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("memos.empty")} />,
        }}
        onRow={(row) => ({ onClick: () => set({ open: row.id }), style: { cursor: "pointer" } })}
        columns={[
          {
            title: t("service.made"),
            width: 130,
            render: (_, row) => <time dateTime={row.created_at}>{dateTimeText(row.created_at, i18n.language)}</time>,
          },
          { title: t("service.customer"), width: 140, render: (_, row) => row.customer?.name || <Dash /> },
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
      {hasNextPage && (
        <Button block loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("service.more")}
        </Button>
      )}
      {open && (open !== "new" || role !== "auditor") && (
        <MemoDrawer key={open} id={open === "new" ? null : open} onClose={() => set({ open: null })} />
      )}
    </PageFrame>
  );
}
