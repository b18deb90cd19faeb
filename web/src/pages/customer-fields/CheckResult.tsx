import { Alert, Flex, Statistic, Table } from "antd";
import { useTranslation } from "react-i18next";
import type { FieldCheck } from "../../api";

const COUNTS = ["filled", "converts", "lost"] as const;

/** What a change of a field would do to that which stands with customers. */
export function CheckResult({ check }: { check: FieldCheck }) {
  const { t } = useTranslation();
  const { lost, first } = check;
  const told =
    first.length < lost ? t("customer_fields.first_lost", { count: first.length }) : t("customer_fields.all_lost");
  return (
    <Flex vertical gap={12} style={{ marginBlock: 12 }}>
      <Flex gap={32} wrap>
        {COUNTS.map((name) => (
          <Statistic key={name} title={t(`customer_fields.${name}`)} value={check[name]} />
        ))}
      </Flex>
      {lost > 0 && (
        <>
          <Alert type="warning" showIcon title={told} />
          <Table
            size="small"
            rowKey="customer"
            dataSource={first}
            pagination={false}
            scroll={{ y: 280 }}
            columns={[
              { title: t("customer_fields.customer"), dataIndex: "name", ellipsis: true },
              { title: t("customer_fields.value"), dataIndex: "value", ellipsis: true },
              { title: t("customer_fields.why"), dataIndex: "text" },
            ]}
          />
        </>
      )}
    </Flex>
  );
}
