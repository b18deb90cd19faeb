import { Input } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAddress } from "../../lib/address";
import { Filters, Person, Several, Tick } from "../../ui/Filters";
import { useStageOptions, useTagOptions, useTierOptions } from "./words";

const TYPED_MS = 250;

/** What the list shows, searched as one types. */
export function CustomerFilters() {
  const { t } = useTranslation();
  return (
    <Filters>
      <Typed label={t("customers.search")} />
      <Person name="owner" label={t("service.owner")} nobody={t("customers.no_owner")} />
      <Several name="tag" label={t("customers.tags")} options={useTagOptions()} />
      <Several
        name="tier"
        label={t("customers.tier")}
        options={useTierOptions().map(({ value, label }) => ({ value: String(value), label }))}
      />
      <Several name="stage" label={t("customers.stage")} options={useStageOptions()} />
      <Tick name="do_not_call" label={t("customers.do_not_call")} />
      <Tick name="deleted" label={t("service.deleted_only")} />
    </Filters>
  );
}

function Typed({ label }: { label: string }) {
  const { address, set } = useAddress();
  const [typed, setTyped] = useState<string | null>(null); // not asked for yet
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => {
      set({ q: typed });
      setTyped(null);
    }, TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed, set]);
  return (
    <Input.Search
      allowClear
      value={typed ?? address.get("q") ?? ""}
      maxLength={80}
      placeholder={label}
      aria-label={label}
      onChange={(event) => setTyped(event.target.value)}
      style={{ width: 260 }}
    />
  );
}
