import { PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { useAddress } from "../../lib/address";
import { type Order, usePages, yuan } from "../../lib/service";
import { useIsAdmin, useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { CustomerCell } from "../../ui/CustomerCell";
import { Download } from "../../ui/Download";
import { Days, Filters, Person, Several, Sought, Tick } from "../../ui/Filters";
import { Dash } from "../../ui/fields";
import { PagedTable } from "../../ui/PagedTable";
import { PageFrame } from "../../ui/PageFrame";
import { FiledAs } from "../customers/FiledAs";
import { OrderDrawer } from "./OrderDrawer";
import { useOrderStatuses } from "./orders";
import { StatusesDrawer } from "./StatusesDrawer";

/** Orders of customers. The open one stands in the address (`?open=`). */
export default function OrdersPage() {
  const { t, i18n } = useTranslation();
  const { role } = useMe();
  const isAdmin = useIsAdmin();
  const { address, query, open, show, set } = useAddress();
  const { data: statuses = [] } = useOrderStatuses();
  const pages = usePages<Order>(["orders"], "/orders", query);

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
        <FiledAs
          tier={address.get("customer_tier")}
          stage={address.get("customer_stage")}
          onClose={() => set({ customer_tier: null, customer_stage: null })}
        />
      </Filters>
      <PagedTable<Order>
        pages={pages}
        empty={t("orders.empty")}
        onOpen={(row) => show(row.id)}
        scroll={{ x: "max-content" }}
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
      {open === "statuses" && isAdmin && <StatusesDrawer onClose={() => show(null)} />}
      {open && open !== "statuses" && (open !== "new" || role !== "auditor") && (
        <OrderDrawer key={open} id={open === "new" ? null : open} onClose={() => show(null)} />
      )}
    </PageFrame>
  );
}
