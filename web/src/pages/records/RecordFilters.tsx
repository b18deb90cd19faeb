import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { OwnTable } from "../../lib/service";
import { Days, Filters, Person, Several, Sought, Tick } from "../../ui/Filters";

/** What the list shows, and of which table. */
export function RecordFilters({ table, tables }: { table: OwnTable; tables: OwnTable[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const chosen = table.fields.filter(({ type }) => type === "choice" || type === "choices");
  return (
    <>
      {tables.length > 1 && (
        <Segmented
          aria-label={t("records.title")}
          value={table.id}
          options={tables.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id) => navigate(`/records/${id}`)}
          style={{ marginBlockEnd: 12 }}
        />
      )}
      <Filters>
        <Sought label={t("records.search")} />
        <Several
          name="status"
          label={t("service.status")}
          options={table.statuses.map(({ id, label }) => ({ value: id, label }))}
        />
        {chosen.map((field) => (
          <Several
            key={field.id}
            name={`f.${field.id}`}
            label={field.label}
            options={(field.options ?? []).map(({ id, label }) => ({ value: id ?? "", label }))}
          />
        ))}
        <Person name="owner" label={t("service.owner")} />
        <Days />
        <Tick name="submitted" value="open" label={t("records.submitted_only")} />
        {table.problems && <Tick name="overdue" label={t("service.overdue_only")} />}
        <Tick name="sort" value="key" label={t("records.key_first")} />
        <Tick name="deleted" label={t("service.deleted_only")} />
      </Filters>
    </>
  );
}
