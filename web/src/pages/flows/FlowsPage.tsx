import { Form, Input, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Flow } from "../../lib/types";
import { Dash, Side } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";

interface Body {
  name: string;
  number: string | null;
}

const toForm = ({ name, number }: Flow): Body => ({ name, number });
const toBody = (form: Body) => ({ ...form, number: form.number || null });
const blank = (): Body => ({ name: "", number: null });
const pageOf = (row: Flow) => `/flows/${row.id}`;
const words = (row: Flow) => [row.name, row.number];

/** "1 销售 · 2 售后": the keys of the first menu, with where they lead. */
function keysOf({ definition: { nodes } }: Flow): string {
  for (const node of Object.values(nodes))
    if (node.kind === "menu")
      return Object.entries(node.keys)
        .map(([key, target]) => `${key} ${nodes[target]?.label || target}`)
        .join(" · ");
  return "";
}

export default function FlowsPage() {
  const { t } = useTranslation();

  return (
    <ResourcePage<Flow, Body>
      kind="ivr-flows"
      texts="flows"
      pageOf={pageOf}
      nameOf={(row) => row.name}
      words={words}
      blank={blank}
      toForm={toForm}
      toBody={toBody}
      columns={[
        {
          title: t("flows.name"),
          dataIndex: "name",
          sorter: (a, b) => a.name.localeCompare(b.name),
          defaultSortOrder: "ascend",
          render: (name: string, row) => <Link to={pageOf(row)}>{name}</Link>,
        },
        {
          title: t("flows.number"),
          dataIndex: "number",
          className: "number",
          render: (number: string | null) => number ?? <Dash />,
        },
        { title: t("flows.keys"), render: (_, row) => keysOf(row) || <Dash /> },
        {
          title: t("flows.state"),
          render: (_, { published, draft }) =>
            published === 0 ? (
              <Tag variant="filled" color="warning">
                {t("flows.unpublished")}
              </Tag>
            ) : draft ? (
              <Tag variant="filled">{t("flows.draft")}</Tag>
            ) : (
              t("flows.published")
            ),
        },
        {
          title: t("flows.steps"),
          render: (_, row) => t("flows.steps_count", { count: Object.keys(row.definition.nodes).length }),
        },
      ]}
      fields={() => (
        <>
          <Side>
            <Form.Item name="name" label={t("flows.name")} rules={[{ required: true }]}>
              <Input maxLength={80} />
            </Form.Item>
            <Form.Item name="number" label={t("flows.number")}>
              <Input maxLength={8} inputMode="numeric" />
            </Form.Item>
          </Side>
        </>
      )}
    />
  );
}
