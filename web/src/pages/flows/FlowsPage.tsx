import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import type { Flow, FlowDefinition } from "../../lib/types";
import { Dash, Side } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { unfinished } from "./document";
import { FlowEditor } from "./FlowEditor";

interface Body {
  name: string;
  number: string | null;
  definition: FlowDefinition;
}

const toForm = ({ name, number, definition }: Flow): Body => ({ name, number, definition });
const toBody = (form: Body) => ({ ...form, number: form.number || null });
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

  const blank = (): Body => ({
    name: "",
    number: null,
    definition: {
      entry: "n1",
      nodes: {
        n1: {
          kind: "menu",
          label: t("flows.new_menu"),
          sound: {},
          keys: { "1": "n2" },
          timeout: 5,
          attempts: 3,
          fallback: "n2",
        },
        n2: { kind: "go_to", label: t("flows.new_go_to"), destination: { kind: "queue" } },
      },
    },
  });

  return (
    <ResourcePage<Flow, Body>
      kind="ivr-flows"
      texts="flows"
      width={760}
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
          <Form.Item
            name="definition"
            label={t("flows.steps")}
            extra={t("flows.steps_help")}
            validateStatus=""
            rules={[
              {
                validator: (_, flow: FlowDefinition) => {
                  const open = unfinished(flow)[0];
                  if (!open) return Promise.resolve();
                  return Promise.reject(new Error(t("flows.open", { name: flow.nodes[open]?.label || open })));
                },
              },
            ]}
          >
            <FlowEditor />
          </Form.Item>
        </>
      )}
    />
  );
}
