import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerOut } from "../api";
import { request } from "../lib/http";
import { shownNumber } from "../lib/numbers";
import type { Page } from "../lib/resource";

interface Found {
  id: string;
  name: string;
  company: string;
  phones: string[];
}

interface Props {
  id?: string;
  value?: string | null;
  onChange?: (id: string | null) => void;
  /** The one that is chosen, as long as no search has found him. */
  known?: { id: string; name: string } | null;
}

/** A customer, found by name, company or number. */
export function CustomerPicker({ value, onChange, known, id }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const { data, isFetching } = useQuery({
    queryKey: ["customers", "search", text],
    queryFn: () => request<Page<Found>>("GET", "/customers", { query: { q: text, limit: 20 } }),
    enabled: text !== "",
  });
  const { data: named } = useQuery({
    queryKey: ["customers", value],
    queryFn: () => request<CustomerOut>("GET", `/customers/${value}`),
    enabled: Boolean(value) && text === "" && value !== known?.id, // chosen before a reload
  });
  const chosen = known?.id === value ? known : named;
  const found = (data?.items ?? []).map((one) => ({
    value: one.id,
    label: [one.name, one.company || shownNumber(one.phones[0] ?? "")].filter(Boolean).join(" · "),
  }));
  const options =
    chosen && !found.some((one) => one.value === chosen.id)
      ? [...found, { value: chosen.id, label: chosen.name }]
      : found;
  return (
    <Select
      {...(id ? { id } : {})}
      allowClear
      showSearch={{ filterOption: false, onSearch: (sought) => setText(sought.trim()) }}
      placeholder={t("service.find_customer")}
      aria-label={t("service.customer")}
      value={value ?? null}
      loading={isFetching}
      options={options}
      notFoundContent={text ? t("table.not_found") : null}
      onChange={(next: string | undefined) => onChange?.(next ?? null)}
    />
  );
}
