import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { FlowDefinition } from "../../lib/flow";
import type { Flow } from "../../lib/types";
import { Dash, Side } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";

interface Body {
  name: string;
  number: string | null;
  definition: FlowDefinition;
}

const toForm = ({ name, number, definition }: Flow): Body => ({ name, number, definition });
const toBody = (form: Body) => ({ ...form, number: form.number || null });
/** A new attendant hangs up, until somebody draws what it is to do. */
const blank = (): Body => ({
  name: "",
  number: null,
  definition: { entry: "n1", nodes: { n1: { kind: "hang_up", sound: { system: "goodbye" }, at: { x: 0, y: 0 } } } },
});
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
          <Form.Item name="definition" hidden>
            <Input />
          </Form.Item>
        </>
      )}
    />
  );
}
