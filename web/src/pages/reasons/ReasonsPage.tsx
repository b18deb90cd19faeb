import { Form, Input, Segmented, Typography } from "antd";
import { useTranslation } from "react-i18next";
import type { Bookkeeping, Reason } from "../../lib/types";
import { MinutesField, NumberField, Section, Side } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { StateTag } from "../../ui/states";

type Body = Omit<Reason, Bookkeeping>;

const blank = (): Body => ({
  name_zh: "",
  name_en: "",
  kind: "away",
  position: 0,
  limit_minutes: null,
  limit_per_day_minutes: null,
  chosen_by: "agents",
});

const words = (row: Reason) => [row.name_zh, row.name_en];

export default function ReasonsPage() {
  const { t, i18n } = useTranslation();
  const minutes = (limit: number | null) => (limit === null ? t("unit.no_limit") : `${limit} ${t("unit.minutes")}`);
  return (
    <ResourcePage<Reason, Body>
      kind="presence-reasons"
      texts="reasons"
      nameOf={(row) => (i18n.language === "zh" ? row.name_zh : row.name_en)}
      words={words}
      blank={blank}
      columns={[
        {
          title: t("reasons.position"),
          dataIndex: "position",
          width: 80,
          sorter: (a, b) => a.position - b.position,
          defaultSortOrder: "ascend",
        },
        { title: t("reasons.name_zh"), dataIndex: "name_zh" },
        { title: t("reasons.name_en"), dataIndex: "name_en" },
        { title: t("reasons.kind"), render: (_, row) => <StateTag state={row.kind} /> },
        { title: t("reasons.limit"), align: "right", render: (_, row) => minutes(row.limit_minutes) },
        { title: t("reasons.limit_per_day"), align: "right", render: (_, row) => minutes(row.limit_per_day_minutes) },
        { title: t("reasons.chosen_by"), render: (_, row) => t(`reasons.by_${row.chosen_by}`) },
      ]}
      fields={() => (
        <>
          <Side>
            <Form.Item name="name_zh" label={t("reasons.name_zh")} rules={[{ required: true }]}>
              <Input maxLength={40} />
            </Form.Item>
            <Form.Item name="name_en" label={t("reasons.name_en")} rules={[{ required: true }]}>
              <Input maxLength={40} />
            </Form.Item>
          </Side>
          <Side>
            <Form.Item name="kind" label={t("reasons.kind")}>
              <Segmented
                options={(["away", "busy"] as const).map((value) => ({ value, label: t(`state.${value}`) }))}
              />
            </Form.Item>
            <NumberField name="position" label={t("reasons.position")} />
          </Side>
          <Section>{t("reasons.limits")}</Section>
          <Side>
            <MinutesField name="limit_minutes" label={t("reasons.limit")} />
            <MinutesField name="limit_per_day_minutes" label={t("reasons.limit_per_day")} />
          </Side>
          <Form.Item>
            <Typography.Text type="secondary">{t("reasons.limit_help")}</Typography.Text>
          </Form.Item>
          <Form.Item name="chosen_by" label={t("reasons.chosen_by")}>
            <Segmented
              options={(["agents", "leaders"] as const).map((value) => ({ value, label: t(`reasons.by_${value}`) }))}
            />
          </Form.Item>
        </>
      )}
    />
  );
}
