import { useQuery } from "@tanstack/react-query";
import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { listConnections } from "../../../api";
import type { Source } from "../../../lib/flow";
import { useCustomerFields } from "../../customers/customers";
import { Field, TemplateField } from "./parts";

interface Props {
  source: Source;
  onChange: (source: Source, mark?: string) => void;
}

/** What is asked of a source: which customer, which address of another system, which rows of a database. */
export function SourceFields({ source, onChange }: Props) {
  const { t } = useTranslation("flow");
  const put = (part: Record<string, unknown>, mark?: string) => onChange({ ...source, ...part }, mark);
  const text = (field: string) => String(source[field] ?? "");

  if (source.kind === "crm") {
    return <CustomerSource by={text("by") || "number"} value={text("value")} put={put} />;
  }
  if (source.kind === "http") {
    const method = text("method") || "GET";
    return (
      <>
        <ConnectionSelect kinds={["http"]} value={text("connection")} onChange={(connection) => put({ connection })} />
        <Field label={t("source.method")}>
          <Segmented
            block
            aria-label={t("source.method")}
            value={method}
            options={["GET", "POST"]}
            onChange={(next) => put({ method: next })}
          />
        </Field>
        <TemplateField
          label={t("source.path")}
          placeholder="/accounts/{{account}}"
          value={text("path")}
          onChange={(path) => put({ path }, "path")}
        />
        {method === "POST" && (
          <TemplateField
            label={t("source.body")}
            placeholder={'{"account": "{{account}}"}'}
            rows={4}
            value={text("body")}
            onChange={(body) => put({ body }, "body")}
          />
        )}
      </>
    );
  }
  if (source.kind !== "sql") return null;
  return (
    <>
      <ConnectionSelect
        kinds={["postgresql", "sqlite"]}
        value={text("connection")}
        onChange={(connection) => put({ connection })}
      />
      <TemplateField
        label={t("source.query")}
        help={t("source.query_help")}
        placeholder="SELECT balance FROM accounts WHERE number = :account"
        rows={4}
        value={text("query")}
        onChange={(query) => put({ query }, "query")}
      />
    </>
  );
}

interface CustomerProps {
  by: string;
  value: string;
  put: (part: Record<string, unknown>, mark?: string) => void;
}

/** Customers are found by what stands in one of these; of the site's own fields by those in which nothing stands twice. */
function CustomerSource({ by, value, put }: CustomerProps) {
  const { t } = useTranslation("flow");
  const { data: fields = [] } = useCustomerFields();
  const options = [
    ...(["number", "name", "company"] as const).map((one) => ({ value: one as string, label: t(`source.by_${one}`) })),
    ...fields.filter(({ unique }) => unique).map(({ id, label }) => ({ value: `values.${id}`, label })),
  ];
  const label = options.find((one) => one.value === by)?.label ?? t("source.by_field");
  return (
    <>
      <Field label={t("source.by")}>
        <Select aria-label={t("source.by")} value={by} options={options} onChange={(next) => put({ by: next })} />
      </Field>
      <TemplateField
        label={label}
        placeholder={by === "number" ? "{{caller}}" : undefined}
        value={value}
        onChange={(next) => put({ value: next }, "value")}
      />
    </>
  );
}

interface ConnectionProps {
  kinds: string[];
  value: string;
  onChange: (id: string) => void;
}

function ConnectionSelect({ kinds, value, onChange }: ConnectionProps) {
  const { t } = useTranslation("flow");
  const { data } = useQuery({
    queryKey: ["connections", "choices"],
    queryFn: async () => (await listConnections({ query: { limit: 200 }, throwOnError: true })).data.items,
  });
  const options = (data ?? [])
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Field label={t("source.connection")}>
      <Select
        aria-label={t("source.connection")}
        showSearch={{ optionFilterProp: "label" }}
        value={value || undefined}
        placeholder={t("source.choose_connection")}
        options={options}
        onChange={onChange}
      />
    </Field>
  );
}
