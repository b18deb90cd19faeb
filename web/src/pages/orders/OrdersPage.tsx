import { PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Empty, Flex, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { useAddress } from "../../lib/address";
import { type Order, usePages, yuan } from "../../lib/service";
import { useIsAdmin, useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { CustomerCell } from "../../ui/CustomerCell";
import { Download } from "../../ui/Download";
import { Days, Filters, Person, Several, Sought, Tick } from "../../ui/Filters";
import { Dash } from "../../ui/fields";
import { PageFrame } from "../../ui/PageFrame";
import { OrderDrawer } from "./OrderDrawer";
import { useOrderStatuses } from "./orders";
import { StatusesDrawer } from "./StatusesDrawer";

/** Orders of customers. The open one stands in the address (`?open=`). */
export default function OrdersPage() {
  const { t, i18n } = useTranslation();
  const { role } = useMe();
  const isAdmin = useIsAdmin();
  const { address, query, open, show } = useAddress();
  const { data: statuses = [] } = useOrderStatuses();
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = usePages<Order>(
    ["orders"],
    "/orders",
    query,
  );

  return (
    <PageFrame
      title={t("orders.title")}
      lead={t("orders.lead")}
      extra={
        <Flex gap={8}>
          {isAdmin && <Button onClick={() => show("statuses")}>{t("orders.statuses")}</Button>}
          <Download path="/orders/download" address={address} />
          {role !== "auditor" && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => show("new")}>
              {t("orders.new")}
            </Button>
          )}
        </Flex>
      }
    >
      {error && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
      <Filters>
        <Sought label={t("orders.search")} />
        <Several
          name="status"
          label={t("service.status")}
          options={statuses.map(({ id, label }) => ({ value: id, label }))}
        />
        <Person name="owner" label={t("service.owner")} />
        <Days />
        <Tick name="deleted" label={t("service.deleted_only")} />
      </Filters>
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
          { title: t("service.customer"), render: (_, row) => <CustomerCell customer={row.customer} /> },
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
