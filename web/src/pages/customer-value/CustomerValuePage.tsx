import { useQuery } from "@tanstack/react-query";
import { Alert, DatePicker, Flex, InputNumber, Segmented, Table } from "antd";
import { useTranslation } from "react-i18next";
import { getCustomerValue } from "../../api";
import { useAddress } from "../../lib/address";
import { dayBounds, daysOf, here } from "../../lib/zone";
import { Download } from "../../ui/Download";
import { PageFrame } from "../../ui/PageFrame";
import { inOneRow, useColumns } from "./columns";
import { type Asked, BY, type By, keyOf, type Row } from "./figures";
import { WorthTable } from "./WorthTable";

const QUIET = 90;

/** What customers are worth: by tier or stage, and those who matter most or are being lost. */
export default function CustomerValuePage() {
  const { t } = useTranslation();
  const { address, set } = useAddress();
  const quarter = dayBounds(here().subtract(89, "day"), here());
  const asked: Asked = {
    from: address.get("from") ?? quarter.from,
    to: address.get("to") ?? quarter.to,
    by: BY.find((one) => one === address.get("by")) ?? "tier",
    quiet: Number(address.get("quiet")) || QUIET,
  };
  const { from, to, by, quiet } = asked;
  const { data, error, isPending } = useQuery({
    queryKey: ["customer-value", asked],
    queryFn: async () => (await getCustomerValue({ query: asked, throwOnError: true })).data,
  });
  const columns = useColumns(asked, data?.total);
  const file = new URLSearchParams({ from, to, by, quiet: String(quiet) });

  return (
    <PageFrame
      title={t("customer_value.title")}
      lead={t("customer_value.lead")}
      extra={<Download path="/customer-value/download" address={file} />}
    >
      <Flex gap={8} wrap align="center" style={{ marginBlockEnd: 12 }}>
        <DatePicker.RangePicker
          allowClear={false}
          value={daysOf(from, to)}
          presets={[30, 90, 365].map((days) => ({
            label: t("customer_value.last_days", { count: days }),
            value: [here().subtract(days - 1, "day"), here()],
          }))}
          onChange={(range) => range?.[0] && range[1] && set(dayBounds(range[0], range[1]))}
        />
        <Segmented<By>
          value={by}
          options={BY.map((value) => ({ value, label: t(`customers.${value}`) }))}
          onChange={(value) => set({ by: value })}
        />
        <InputNumber
          aria-label={t("customer_value.quiet_days")}
          prefix={t("customer_value.quiet_days")}
          suffix={t("customer_value.days")}
          min={1}
          max={3650}
          precision={0}
          value={quiet}
          changeOnBlur
          onChange={(days) => set({ quiet: days ? String(days) : null })}
          style={{ width: 220 }}
        />
      </Flex>
      {error && <Alert type="error" showIcon title={error.message} style={{ marginBlockEnd: 12 }} />}
      <Table<Row>
        size="small"
        bordered
        rowKey={(row) => keyOf(row, by)}
        columns={columns}
        dataSource={data?.rows ?? []}
        loading={isPending}
        pagination={false}
        scroll={{ x: "max-content" }}
        {...(data
          ? {
              summary: () => (
                <Table.Summary.Row>
                  {inOneRow(columns).map((column, place) => (
                    <Table.Summary.Cell key={column.key} index={place} align={column.align ?? "left"}>
                      {column.total}
                    </Table.Summary.Cell>
                  ))}
                </Table.Summary.Row>
              ),
            }
          : {})}
      />
      <p style={{ opacity: 0.75 }}>{t("customer_value.formula")}</p>
      <Flex gap={24} wrap align="start">
        <WorthTable asked={asked} which="valuable" />
        <WorthTable asked={asked} which="sinking" />
      </Flex>
    </PageFrame>
  );
}
