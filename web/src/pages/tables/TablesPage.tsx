import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { OwnTable } from "../../lib/service";
import { nameColumn } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { bodyOfTable, type TableForm, usualStatuses } from "./form";
import { TableFields } from "./TableFields";

/** Tables of one's own: what they ask, and which statuses their records go through. */
export default function TablesPage() {
  const { t } = useTranslation();
  const blank = (): TableForm => ({
    name: "",
    fields: [],
    statuses: usualStatuses(t),
    in_pop: true,
    needs_customer: false,
    problems: false,
    due_hours: null,
    call_back: true,
    call_back_hours: 24,
    survey_id: null,
    position: 0,
  });
  return (
    <ResourcePage<OwnTable, TableForm>
      kind="tables"
      texts="tables"
      width={760}
      blank={blank}
      toBody={bodyOfTable}
      words={({ name }) => [name]}
      columns={[
        nameColumn(t("tables.name")),
        { title: t("tables.fields"), render: (_, row) => row.fields.map(({ label }) => label).join(", ") },
        { title: t("tables.statuses"), render: (_, row) => row.statuses.map(({ label }) => label).join(" → ") },
        {
          title: t("tables.records"),
          align: "right",
          render: (_, row) => (
            <Link to={`/records/${row.id}`} onClick={(event) => event.stopPropagation()}>
              {row.records}
            </Link>
          ),
        },
      ]}
      fields={() => <TableFields />}
    />
  );
}
