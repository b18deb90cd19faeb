import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Output } from "../../../lib/flow";
import { useCustomerFields } from "../../customers/customers";
import { Field, type FormProps, NumberBox } from "./parts";
import { SourceFields } from "./SourceFields";

const SOURCES = ["crm", "http", "sql"] as const;

export function LookupForm({ node, change }: FormProps<"lookup">) {
  const { t } = useTranslation("flow");
  return (
    <>
      <Field label={t("field.source")}>
        <Select
          aria-label={t("field.source")}
          value={node.source.kind}
          options={SOURCES.map((value) => ({ value, label: t(`source.${value}`) }))}
          onChange={(kind) => change({ source: { kind } })}
        />
      </Field>
      <SourceFields source={node.source} onChange={(source, mark) => change({ source }, mark)} />
      <Field label={t("field.outputs")}>
        <Outputs
          ofCustomers={node.source.kind === "crm"}
          outputs={node.outputs}
          onChange={(outputs, mark) => change({ outputs }, mark)}
        />
      </Field>
      <NumberBox
        label={t("field.lookup_timeout")}
        seconds
        min={1}
        max={60}
        value={node.timeout}
        onChange={(timeout) => change({ timeout })}
      />
    </>
  );
}

interface Props {
  /** An answer about one of the site's own customers: what is in it is known. */
  ofCustomers: boolean;
  outputs: Output[];
  onChange: (outputs: Output[], mark?: string) => void;
}

/** Which parts of an answer are kept, and under which names. */
function Outputs({ ofCustomers, outputs, onChange }: Props) {
  const { t } = useTranslation("flow");
  const put = (place: number, part: Partial<Output>) =>
    onChange(
      outputs.map((one, at) => (at === place ? { ...one, ...part } : one)),
      `output ${place} ${Object.keys(part)}`,
    );
  return (
    <Flex vertical gap={4} align="start">
      {outputs.map(({ variable, path }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a value that is kept has no other name than its place
        <Flex key={place} gap={4} style={{ width: "100%" }}>
          {ofCustomers ? (
            <PartOfCustomer
              label={`${t("field.path")} ${place + 1}`}
              value={path}
              onChange={(next) => put(place, { path: next })}
            />
          ) : (
            <Input
              aria-label={`${t("field.path")} ${place + 1}`}
              placeholder="data.balance"
              value={path}
              maxLength={200}
              onChange={(event) => put(place, { path: event.target.value })}
            />
          )}
          <Input
            aria-label={`${t("field.variable")} ${place + 1}`}
            placeholder="balance"
            value={variable}
            maxLength={40}
            onChange={(event) => put(place, { variable: event.target.value.replace(/[^\p{L}\p{N}_]/gu, "") })}
          />
          <Button
            type="text"
            icon={<CloseOutlined />}
            aria-label={t("field.remove_output", { name: variable || place + 1 })}
            onClick={() => onChange(outputs.filter((_, at) => at !== place))}
          />
        </Flex>
      ))}
      <Button
        size="small"
        type="link"
        icon={<PlusOutlined />}
        onClick={() => onChange([...outputs, { variable: "", path: "" }])}
      >
        {t("field.add_output")}
      </Button>
    </Flex>
  );
}

const PARTS = ["name", "company", "tier", "memo", "phones[0]", "id"] as const;

function PartOfCustomer({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (path: string) => void;
}) {
  const { t } = useTranslation("flow");
  const { data: fields = [] } = useCustomerFields();
  const options = [
    ...PARTS.map((part) => ({ value: part as string, label: t(`customer_part.${part}`) })),
    ...fields.filter(({ masked }) => !masked).map((field) => ({ value: `values.${field.id}`, label: field.label })),
  ];
  const known = options.some((one) => one.value === value);
  return (
    <Select
      aria-label={label}
      placeholder={t("field.path")}
      showSearch={{ optionFilterProp: "label" }}
      value={value || undefined}
      options={known || !value ? options : [{ value, label: value }, ...options]}
      onChange={onChange}
      style={{ width: "45%", flexShrink: 0 }}
    />
  );
}
