import { Button, Checkbox, DatePicker, Input, Select, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { dayBounds, daysOf, here } from "../../lib/zone";
import { useLive } from "../../live/store";
import { FiledAs } from "../customers/FiledAs";
import type { Filters } from "./filters";

const NO_SURVEY: Filters = {
  survey: "",
  survey_form: "",
  survey_agent: "",
  survey_queue: "",
  survey_question: "",
  survey_reason: "",
};

interface Props {
  filters: Filters;
  onChange: (changes: Filters) => void;
}

/** What the list shows; each choice goes into the address. */
export function FilterBar({ filters, onChange }: Props) {
  const { t } = useTranslation("desk");
  const agents = useLive((live) => live.agents);
  const queues = useLive((live) => live.queues);
  const named = (rows: Record<string, { id: string; name: string }>) =>
    Object.values(rows).map(({ id, name }) => ({ value: id, label: name }));
  const choose = (name: "direction" | "outcome" | "agent" | "queue", options: { value: string; label: string }[]) => (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      className="calls-select"
      placeholder={t(`calls.filter.${name}`)}
      aria-label={t(`calls.filter.${name}`)}
      value={filters[name] ?? null}
      options={options}
      onChange={(value: string | undefined | null) => onChange({ [name]: value ?? "" })}
    />
  );
  return (
    <search className="calls-filters" aria-label={t("calls.filter.title")}>
      <DatePicker.RangePicker
        value={filters.from && filters.to ? daysOf(filters.from, filters.to) : null}
        presets={[
          { label: t("calls.today"), value: [here(), here()] },
          { label: t("calls.week"), value: [here().subtract(6, "day"), here()] },
          { label: t("calls.month"), value: [here().startOf("month"), here()] },
        ]}
        onChange={(range) => onChange(range?.[0] && range[1] ? dayBounds(range[0], range[1]) : { from: "", to: "" })}
      />
      {choose("direction", [
        { value: "inbound", label: t("call.direction.inbound") },
        { value: "outbound", label: t("call.direction.outbound") },
        { value: "internal", label: t("call.direction.internal") },
      ])}
      {choose("outcome", [
        { value: "answered", label: t("outcome.answered") },
        { value: "missed", label: t("outcome.missed") },
      ])}
      <Input.Search
        key={filters.number ?? ""}
        className="calls-search"
        defaultValue={filters.number ?? ""}
        placeholder={t("calls.filter.number")}
        aria-label={t("calls.filter.number")}
        allowClear
        onSearch={(number) => onChange({ number: number.replace(/\D/g, "") })}
      />
      {choose("agent", named(agents))}
      {choose("queue", named(queues))}
      <Checkbox
        checked={filters.has_recording === "true"}
        onChange={(event) => onChange({ has_recording: event.target.checked ? "true" : "" })}
      >
        {t("calls.filter.has_recording")}
      </Checkbox>
      {filters.customer && (
        <Tag closable onClose={() => onChange({ customer: "" })}>
          {t("calls.filter.customer")}
        </Tag>
      )}
      <FiledAs
        tier={filters.customer_tier}
        stage={filters.customer_stage}
        onClose={() => onChange({ customer_tier: "", customer_stage: "" })}
      />
      {filters.survey && (
        <Tag closable onClose={() => onChange(NO_SURVEY)}>
          {t(`survey.${filters.survey}`)}
          {filters.survey_reason && ` · ${t(`survey.${filters.survey_reason}`)}`}
        </Tag>
      )}
      {Object.keys(filters).length > 0 && (
        <Button
          type="link"
          onClick={() => onChange(Object.fromEntries(Object.keys(filters).map((name) => [name, ""])))}
        >
          {t("calls.filter.clear")}
        </Button>
      )}
    </search>
  );
}
