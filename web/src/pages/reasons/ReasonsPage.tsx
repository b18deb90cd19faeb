import { Form, Input, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { Bookkeeping, Reason } from "../../lib/types";
import { NumberField, Side } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { StateTag } from "../../ui/states";

type Body = Omit<Reason, Bookkeeping>;

const blank = (): Body => ({ name_zh: "", name_en: "", kind: "away", position: 0 });
const toForm = ({ name_zh, name_en, kind, position }: Reason): Body => ({ name_zh, name_en, kind, position });
const words = (row: Reason) => [row.name_zh, row.name_en];

export default function ReasonsPage() {
  const { t, i18n } = useTranslation();
  return (
    <ResourcePage<Reason, Body>
      kind="presence-reasons"
      texts="reasons"
      nameOf={(row) => (i18n.language === "zh" ? row.name_zh : row.name_en)}
      words={words}
      blank={blank}
      toForm={toForm}
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
        </>
      )}
    />
  );
}
