import { Input, Tag } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAddress } from "../../lib/address";
import { useSegmentChoices } from "../../ui/choices";
import { useConditionWords } from "../../ui/conditions/ConditionText";
import { factsOf } from "../../ui/conditions/facts";
import { Filters, One, Person, Several, Tick } from "../../ui/Filters";
import { FieldFilter, FieldTags } from "./FieldFilter";
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
      <One name="segment" label={t("customers.segment")} options={useSegmentChoices()} />
      <FieldFilter />
      <Tick name="do_not_call" label={t("customers.do_not_call")} />
      <Tick name="no_mail" label={t("customers.no_mail")} />
      <Tick name="deleted" label={t("service.deleted_only")} />
      <FieldTags />
      <FactTags />
      <MovedTags />
    </Filters>
  );
}

/** What happened, asked by the page that led here: it can be taken away. */
function FactTags() {
  const { address, set } = useAddress();
  const words = useConditionWords();
  const asked = address.getAll("fact");
  return asked.map((one) => (
    <Tag key={one} closable onClose={() => set({ fact: asked.filter((other) => other !== one) })}>
      {words({ facts: factsOf([one]) }).join("")}
    </Tag>
  ));
}

/** Who was moved from one tier or stage to another, asked by the page that led here. */
function MovedTags() {
  const { t } = useTranslation();
  const { address, set } = useAddress();
  const asked = address.getAll("moved");
  const options = [...useTierOptions(), ...useStageOptions()];
  const named = (value: string | undefined) =>
    options.find((one) => String(one.value) === value)?.label ?? t("conditions.any");
  return asked.map((one) => {
    const [what, before, after, period = ""] = one.split(":");
    const said = { what: t(`customers.${what}`), before: named(before), after: named(after) };
    return (
      <Tag key={one} closable onClose={() => set({ moved: asked.filter((other) => other !== one) })}>
        {t("customers.was_moved", said)} {period && `(${period})`}
      </Tag>
    );
  });
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
