import { useQuery } from "@tanstack/react-query";
import { Alert, Empty, Flex, Table, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { listCustomersByValue, type WorthOut } from "../../api";
import { yuan } from "../../lib/service";
import { dateTimeText } from "../../phone/time";
import { CustomerCell } from "../../ui/CustomerCell";
import { Download } from "../../ui/Download";
import { Dash } from "../../ui/fields";
import { useStageOptions, useTierOptions } from "../customers/words";
import { type Asked, customersBehind, daysText, recordsBehind } from "./figures";

interface Props {
  asked: Asked;
  which: "valuable" | "sinking";
}

/** The customers who matter most, or those who are being lost, with the way to each and to all of them. */
export function WorthTable({ asked, which }: Props) {
  const { t, i18n } = useTranslation();
  const { from, to, quiet } = asked;
  const query = { from, to, quiet, which };
  const { data, error, isPending } = useQuery({
    queryKey: ["customer-value", "customers", query],
    queryFn: async () => (await listCustomersByValue({ query, throwOnError: true })).data.items,
  });
  const [tiers, stages] = [useTierOptions(), useStageOptions()];
  const all =
    which === "valuable"
      ? customersBehind(asked, null, { fact: `orders.count:ge:1:${daysText(asked)}` })
      : customersBehind(asked, null, { fact: `calls.last:ge:${quiet}`, sort: "-tier" });
  const file = new URLSearchParams({ from, to, quiet: String(quiet), which });
  return (
    <section style={{ flex: "1 1 480px", minWidth: 0 }}>
      <Flex justify="space-between" align="center" gap={8} wrap style={{ marginBlockEnd: 8 }}>
        <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
          {t(`customer_value.${which}`, { count: quiet })}
        </Typography.Title>
        <Flex gap={8} align="center">
          <Link to={all}>{t("customer_value.all")}</Link>
          <Download path="/customer-value/customers/download" address={file} />
        </Flex>
      </Flex>
      {error && <Alert type="error" showIcon title={error.message} style={{ marginBlockEnd: 12 }} />}
      <Table<WorthOut>
        size="small"
        rowKey="id"
        loading={isPending}
        dataSource={data ?? []}
        pagination={false}
        scroll={{ x: "max-content", y: 360 }}
        locale={{
          emptyText: isPending ? (
            " "
          ) : (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t(`customer_value.no_${which}`)} />
          ),
        }}
        columns={[
          {
            title: t("service.customer"),
            render: (_, row) => (
              <>
                <Link to={`/customers?open=${row.id}`}>{row.name}</Link>
                <CustomerCell customer={{ id: row.id, name: "" }} />
              </>
            ),
          },
          { title: t("customers.tier"), render: (_, row) => tiers.find(({ value }) => value === row.tier)?.label },
          { title: t("customers.stage"), render: (_, row) => stages.find(({ value }) => value === row.stage)?.label },
          {
            title: t("customer_value.order_total"),
            align: "right",
            className: "number",
            render: (_, row) =>
              row.orders > 0 ? (
                <Link
                  to={
                    which === "valuable"
                      ? recordsBehind("/orders", asked, null, { customer: row.id })
                      : `/orders?customer=${row.id}`
                  }
                >
                  ¥{yuan(row.order_total)}
                </Link>
              ) : (
                <Dash />
              ),
          },
          {
            title: t("customer_value.last_contact"),
            render: (_, row) =>
              row.last_contact ? (
                <Link to={`/calls?customer=${row.id}`} style={{ whiteSpace: "nowrap" }}>
                  {dateTimeText(row.last_contact, i18n.language)}
                </Link>
              ) : (
                <Dash />
              ),
          },
        ]}
      />
    </section>
  );
}
