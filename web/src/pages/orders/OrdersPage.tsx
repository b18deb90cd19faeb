import { DownloadOutlined, PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Checkbox, DatePicker, Dropdown, Empty, Flex, Input, Select, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { BASE } from "../../lib/http";
import { type Order, usePages, yuan } from "../../lib/service";
import { useIsAdmin, useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { Dash } from "../../ui/fields";
import { PageFrame } from "../../ui/PageFrame";
import { PersonPicker } from "../../ui/PersonPicker";
import { dayBounds, daysOf } from "../calls/filters";
import { queryOf } from "../records/RecordFilters";
import { OrderDrawer } from "./OrderDrawer";
import { useOrderStatuses } from "./orders";
import { StatusesDrawer } from "./StatusesDrawer";

/** Orders of customers. The open one stands in the address (`?open=`). */
export default function OrdersPage() {
  const { t, i18n } = useTranslation();
  const { role } = useMe();
  const isAdmin = useIsAdmin();
  const [address, setAddress] = useSearchParams();
  const { data: statuses = [] } = useOrderStatuses();
  const query = queryOf(address);
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = usePages<Order>(
    ["orders"],
    "/orders",
    query,
  );
  const set = (changes: Record<string, string | string[] | null>, replace = true) =>
    setAddress(
      (now) => {
        const next = new URLSearchParams(now);
        for (const [name, value] of Object.entries(changes)) {
          next.delete(name);
          for (const one of Array.isArray(value) ? value : value ? [value] : []) next.append(name, one);
        }
        return next;
      },
      { replace },
    );
  const show = (open: string | null) => set({ open }, false);
  const open = address.get("open");
  const [from, to] = [address.get("from"), address.get("to")];
  const file = (format: string) =>
    `${BASE}/orders/download?${new URLSearchParams([...address].filter(([name]) => name !== "open"))}&format=${format}`;

  return (
    <PageFrame
      title={t("orders.title")}
      lead={t("orders.lead")}
      extra={
        <Flex gap={8}>
          {isAdmin && <Button onClick={() => show("statuses")}>{t("orders.statuses")}</Button>}
          <Dropdown
            menu={{
              items: ["xlsx", "csv"].map((format) => ({
                key: format,
                label: (
                  <a href={file(format)} download>
                    {t(`service.download_${format}`)}
                  </a>
                ),
              })),
            }}
          >
            <Button icon={<DownloadOutlined />}>{t("service.download")}</Button>
          </Dropdown>
          {role !== "auditor" && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => show("new")}>
              {t("orders.new")}
            </Button>
          )}
        </Flex>
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
          placeholder={t("orders.search")}
          aria-label={t("orders.search")}
          onSearch={(q) => set({ q: q.trim() })}
          style={{ width: 240 }}
        />
        <Select
          mode="multiple"
          maxTagCount={2}
          placeholder={t("service.status")}
          aria-label={t("service.status")}
          value={address.getAll("status")}
          options={statuses.map(({ id, label }) => ({ value: id, label }))}
          onChange={(status: string[]) => set({ status })}
          style={{ minWidth: 140 }}
        />
        <PersonPicker
          value={address.get("owner")}
          onChange={(owner) => set({ owner })}
          placeholder={t("service.owner")}
        />
        <DatePicker.RangePicker
          value={from && to ? daysOf(from, to) : null}
          onChange={(range) => set(range?.[0] && range[1] ? dayBounds(range[0], range[1]) : { from: null, to: null })}
        />
        <Checkbox
          checked={address.get("deleted") === "true"}
          onChange={(event) => set({ deleted: event.target.checked ? "true" : null })}
        >
          {t("service.deleted_only")}
        </Checkbox>
      </search>
      <Table<Order>
        rowKey="id"
        size="small"
        dataSource={data?.pages.flatMap((page) => page.items) ?? []}
        loading={isPending}
        pagination={false}
        scroll={{ x: "max-content" }}
        locale={{
          emptyText: isPending ? " " : <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("orders.empty")} />,
        }}
        onRow={(row) => ({ onClick: () => show(row.id), style: { cursor: "pointer" } })}
        columns={[
          { title: t("orders.number"), dataIndex: "number", className: "number", width: 90 },
          { title: t("service.status"), render: (_, row) => <Tag color={row.status.color}>{row.status.label}</Tag> },
          { title: t("service.customer"), render: (_, row) => row.customer?.name || <Dash /> },
          {
            title: t("orders.lines"),
            render: (_, row) => row.lines.map(({ name, quantity }) => `${name} × ${quantity}`).join(", "),
          },
          {
            title: t("orders.total"),
            align: "right",
            className: "number",
            render: (_, row) => `¥${yuan(row.total)}`,
          },
          { title: t("service.owner"), render: (_, row) => row.owner?.name || <Dash /> },
          {
            title: t("service.made"),
            render: (_, row) => <time dateTime={row.created_at}>{dateTimeText(row.created_at, i18n.language)}</time>,
          },
        ]}
      />
      {hasNextPage && (
        <Button block loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("service.more")}
        </Button>
      )}
      {open === "statuses" && isAdmin && <StatusesDrawer onClose={() => show(null)} />}
      {open && open !== "statuses" && (open !== "new" || role !== "auditor") && (
        <OrderDrawer key={open} id={open === "new" ? null : open} onClose={() => show(null)} />
      )}
    </PageFrame>
  );
}
