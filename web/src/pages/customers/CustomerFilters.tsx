import { Checkbox, Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { PersonPicker } from "../../ui/PersonPicker";
import { useStageOptions, useTagOptions, useTierOptions } from "./words";

const TYPED_MS = 250;

type Changes = Record<string, string | string[] | null>;

/** The address with these parts changed; an empty one leaves it. */
export function changed(address: URLSearchParams, changes: Changes): URLSearchParams {
  const next = new URLSearchParams(address);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const one of Array.isArray(value) ? value : value ? [value] : []) next.append(name, one);
  }
  return next;
}

/** What the list shows, searched as one types; each choice goes into the address. */
export function CustomerFilters() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const [typed, setTyped] = useState<string | null>(null); // not asked for yet
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => {
      setAddress((now) => changed(now, { q: typed }), { replace: true });
      setTyped(null);
    }, TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed, setAddress]);
  const set = (changes: Changes) => setAddress((now) => changed(now, changes), { replace: true });
  const several = (name: string, label: string, options: { value: string | number; label: string }[]) => (
    <Select
      mode="multiple"
      maxTagCount={1}
      placeholder={label}
      aria-label={label}
      value={address.getAll(name)}
      options={options.map((option) => ({ ...option, value: String(option.value) }))}
      onChange={(values: string[]) => set({ [name]: values })}
      style={{ minWidth: 130 }}
    />
  );
  const tick = (name: string, label: string) => (
    <Checkbox
      checked={address.get(name) === "true"}
      onChange={(event) => set({ [name]: event.target.checked ? "true" : null })}
    >
      {label}
    </Checkbox>
  );

  return (
    <search
      aria-label={t("service.filters")}
      style={{ display: "flex", flexWrap: "wrap", gap: 8, alignItems: "center", marginBlockEnd: 12 }}
    >
      <Input.Search
        allowClear
        value={typed ?? address.get("q") ?? ""}
        maxLength={80}
        placeholder={t("customers.search")}
        aria-label={t("customers.search")}
        onChange={(event) => setTyped(event.target.value)}
        style={{ width: 260 }}
      />
      <PersonPicker
        value={address.get("owner")}
        known={{ id: "none", name: t("customers.no_owner") }}
        placeholder={t("service.owner")}
        onChange={(owner) => set({ owner })}
      />
      {several("tag", t("customers.tags"), useTagOptions())}
      {several("tier", t("customers.tier"), useTierOptions())}
      {several("stage", t("customers.stage"), useStageOptions())}
      {tick("do_not_call", t("customers.do_not_call"))}
      {tick("deleted", t("service.deleted_only"))}
    </search>
  );
}
