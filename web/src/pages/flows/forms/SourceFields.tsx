import { useQuery } from "@tanstack/react-query";
import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { listConnections } from "../../../api";
import type { Source } from "../../../lib/flow";
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
    const by = text("by") || "number";
    return (
      <>
        <Field label={t("source.by")}>
          <Segmented
            block
            aria-label={t("source.by")}
            value={by}
            options={(["number", "name", "company"] as const).map((value) => ({
              value,
              label: t(`source.by_${value}`),
            }))}
            onChange={(next) => put({ by: next })}
          />
        </Field>
        <TemplateField
          label={t(`source.by_${by}`)}
          placeholder={by === "number" ? "{{caller}}" : undefined}
          value={text("value")}
          onChange={(value) => put({ value }, "value")}
        />
      </>
    );
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
