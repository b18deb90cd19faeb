import { Button, Checkbox, DatePicker, Input, Select } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { SHOWN_ONLY, useAddress } from "../lib/address";
import { dayBounds, daysOf } from "../lib/zone";
import { PersonPicker } from "./PersonPicker";

/** What a list shows; each choice goes into the address. */
export function Filters({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { address, set } = useAddress();
  const chosen = [...address.keys()].filter((name) => name !== "sort" && !SHOWN_ONLY.includes(name));
  return (
    <search
      aria-label={t("service.filters")}
      style={{ display: "flex", flexWrap: "wrap", gap: 8, alignItems: "center", marginBlockEnd: 12 }}
    >
      {children}
      {chosen.length > 0 && (
        <Button type="link" onClick={() => set(Object.fromEntries(chosen.map((name) => [name, null])))}>
          {t("service.clear")}
        </Button>
      )}
    </search>
  );
}

interface Named {
  name: string;
  label: string;
}

/** Words, sought when they are entered. */
export function Sought({ label, name = "q" }: { label: string; name?: string }) {
  const { address, set } = useAddress();
  const value = address.get(name) ?? "";
  return (
    <Input.Search
      key={value}
      allowClear
      defaultValue={value}
      placeholder={label}
      aria-label={label}
      onSearch={(text) => set({ [name]: text.trim() })}
      style={{ width: 240 }}
    />
  );
}

export function Several({ name, label, options }: Named & { options: { value: string; label: string }[] }) {
  const { address, set } = useAddress();
  return (
    <Select
      mode="multiple"
      maxTagCount={1}
      placeholder={label}
      aria-label={label}
      value={address.getAll(name)}
      options={options}
      onChange={(values: string[]) => set({ [name]: values })}
      style={{ minWidth: 130 }}
    />
  );
}

export function One({ name, label, options }: Named & { options: { value: string; label: string }[] }) {
  const { address, set } = useAddress();
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      placeholder={label}
      aria-label={label}
      value={address.get(name)}
      options={options}
      onChange={(value: string | undefined) => set({ [name]: value ?? null })}
      style={{ minWidth: 130 }}
    />
  );
}

/** `nobody`: what it is called that there is none. */
export function Person({ name, label, nobody }: Named & { nobody?: string }) {
  const { address, set } = useAddress();
  return (
    <PersonPicker
      value={address.get(name)}
      known={nobody ? { id: "none", name: nobody } : null}
      label={label}
      placeholder={label}
      onChange={(id) => set({ [name]: id })}
    />
  );
}

/** Days of the site, as two moments. */
export function Days({ from = "from", to = "to" }: { from?: string; to?: string }) {
  const { address, set } = useAddress();
  const [first, last] = [address.get(from), address.get(to)];
  return (
    <DatePicker.RangePicker
      value={first && last ? daysOf(first, last) : null}
      onChange={(range) => {
        const days = range?.[0] && range[1] ? dayBounds(range[0], range[1]) : null;
        set({ [from]: days?.from, [to]: days?.to });
      }}
    />
  );
}

export function Tick({ name, label, value = "true" }: Named & { value?: string }) {
  const { address, set } = useAddress();
  return (
    <Checkbox
      checked={address.get(name) === value}
      onChange={(event) => set({ [name]: event.target.checked ? value : null })}
    >
      {label}
    </Checkbox>
  );
}
