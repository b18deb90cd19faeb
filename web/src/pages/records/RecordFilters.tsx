import { Button, Checkbox, DatePicker, Input, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import type { OwnTable, Query } from "../../lib/service";
import { PersonPicker } from "../../ui/PersonPicker";
import { dayBounds, daysOf } from "../calls/filters";

/** The address's filters as the list is asked with them. */
export function queryOf(address: URLSearchParams): Query {
  const query: Query = {};
  for (const name of new Set(address.keys()))
    if (name !== "open") {
      const values = address.getAll(name);
      query[name] = values.length > 1 ? values : values[0];
    }
  return query;
}

/** What the list shows; each choice goes into the address. */
export function RecordFilters({ table, tables }: { table: OwnTable; tables: OwnTable[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [address, setAddress] = useSearchParams();
  const set = (changes: Record<string, string | string[] | null | undefined>) =>
    setAddress(
      (now) => {
        const next = new URLSearchParams(now);
        for (const [name, value] of Object.entries(changes)) {
          next.delete(name);
          for (const one of Array.isArray(value) ? value : value ? [value] : []) next.append(name, one);
        }
        return next;
      },
      { replace: true },
    );
  const [from, to] = [address.get("from"), address.get("to")];
  const chosen = table.fields.filter(({ type }) => type === "choice" || type === "choices");
  const tick = (name: string, value: string, label: string) => (
    <Checkbox
      checked={address.get(name) === value}
      onChange={(event) => set({ [name]: event.target.checked ? value : null })}
    >
      {label}
    </Checkbox>
  );

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
      <search
        aria-label={t("service.filters")}
        style={{ display: "flex", flexWrap: "wrap", gap: 8, alignItems: "center", marginBlockEnd: 12 }}
      >
        <Input.Search
          key={address.get("q") ?? ""}
          allowClear
          defaultValue={address.get("q") ?? ""}
          placeholder={t("records.search")}
          aria-label={t("records.search")}
          onSearch={(q) => set({ q: q.trim() })}
          style={{ width: 220 }}
        />
        <Select
          mode="multiple"
          maxTagCount={2}
          placeholder={t("service.status")}
          aria-label={t("service.status")}
          value={address.getAll("status")}
          options={table.statuses.map(({ id, label }) => ({ value: id, label }))}
          onChange={(status: string[]) => set({ status })}
          style={{ minWidth: 140 }}
        />
        {chosen.map((field) => (
          <Select
            key={field.id}
            mode="multiple"
            maxTagCount={1}
            placeholder={field.label}
            aria-label={field.label}
            value={address.getAll(`f.${field.id}`)}
            options={(field.options ?? []).map(({ id, label }) => ({ value: id ?? "", label }))}
            onChange={(values: string[]) => set({ [`f.${field.id}`]: values })}
            style={{ minWidth: 120 }}
          />
        ))}
        <PersonPicker
          value={address.get("owner")}
          onChange={(owner) => set({ owner })}
          placeholder={t("service.owner")}
        />
        <DatePicker.RangePicker
          value={from && to ? daysOf(from, to) : null}
          onChange={(range) => set(range?.[0] && range[1] ? dayBounds(range[0], range[1]) : { from: null, to: null })}
        />
        {tick("submitted", "open", t("records.submitted_only"))}
        {table.problems && tick("overdue", "true", t("service.overdue_only"))}
        {tick("deleted", "true", t("service.deleted_only"))}
        {[...address.keys()].some((name) => name !== "open") && (
          <Button type="link" onClick={() => setAddress({}, { replace: true })}>
            {t("service.clear")}
          </Button>
        )}
      </search>
    </>
  );
}
