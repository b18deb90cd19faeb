import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Flow } from "../../lib/types";
import { Dash, InsideNumberField, insideNumberColumn, NameField, nameColumn, Side } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";

interface Body {
  name: string;
  number: string | null;
}

const blank = (): Body => ({ name: "", number: null });
const pageOf = (row: Flow) => `/flows/${row.id}`;

/** "1 销售 · 2 售后": the keys of the first menu, with where they lead. */
const keysOf = ({ keys }: Flow) =>
  Object.entries(keys)
    .map(([key, lead]) => `${key} ${lead}`)
    .join(" · ");

export default function FlowsPage() {
  const { t } = useTranslation();

  return (
    <ResourcePage<Flow, Body>
      kind="ivr-flows"
      texts="flows"
      pageOf={pageOf}
      blank={blank}
      columns={[
        {
          ...nameColumn<Flow>(t("flows.name")),
          defaultSortOrder: "ascend",
          render: (name: string, row) => <Link to={pageOf(row)}>{name}</Link>,
        },
        insideNumberColumn(t("flows.number")),
        { title: t("flows.keys"), render: (_, row) => keysOf(row) || <Dash /> },
        {
          title: t("flows.state"),
          render: (_, { published, drafted }) =>
            published === 0 ? (
              <Tag variant="filled" color="warning">
                {t("flows.unpublished")}
              </Tag>
            ) : drafted ? (
              <Tag variant="filled">{t("flows.draft")}</Tag>
            ) : (
              t("flows.published")
            ),
        },
        { title: t("flows.steps"), render: (_, { steps }) => t("flows.steps_count", { count: steps }) },
      ]}
      fields={() => (
        <Side>
          <NameField label={t("flows.name")} />
          <InsideNumberField label={t("flows.number")} />
        </Side>
      )}
    />
  );
}
