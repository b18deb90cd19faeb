import { ConfigProvider, Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerOut } from "../api";
import { useMe } from "../lib/session";
import { HIDDEN, useCustomerFields } from "../pages/customers/customers";
import { useTierOptions } from "../pages/customers/words";
import { useActions } from "../phone/useCalls";
import { Kept } from "./Kept";
import { Note } from "./Note";
import { OwnField } from "./OwnField";
import { Phones } from "./Phones";
import { useChange, useCustomer } from "./store";
import { TypedText } from "./TypedText";
import "./pop.css";

interface Props {
  id: string;
  /** The call with him, to which what is written down belongs; null between calls. */
  journey: string | null;
}

/** All that an agent needs of a known customer during a call, edited where it stands. */
export default function KnownCustomer({ id, journey }: Props) {
  const { data: customer } = useCustomer(id);
  if (!customer) return null;
  return (
    <div className="desk-card" key={id}>
      {journey && <Note customer={id} journey={journey} />}
      <Fields customer={customer} />
      <Kept customer={customer} journey={journey} />
    </div>
  );
}

function Fields({ customer }: { customer: CustomerOut }) {
  const { t } = useTranslation();
  const change = useChange(customer.id);
  const { data: fields = [] } = useCustomerFields();
  const shared = { version: customer.version };
  const shown = fields.filter((field) => field.in_pop);
  const text = (name: "name" | "company" | "memo", longest: number) => ({
    ...shared,
    what: `customer:${customer.id}:${name}`,
    stored: customer[name],
    longest,
    save: (value: string, version: number) => change({ [name]: value }, version),
  });
  return (
    <>
      <TypedText label={t("customers.name")} {...text("name", 80)} />
      <TypedText label={t("customers.company")} {...text("company", 120)} />
      <Tier customer={customer} />
      <Phones customer={customer} />
      <TypedText label={t("service.memo")} long {...text("memo", 10_000)} />
      <ConfigProvider variant="filled">
        {shown.map((field) => (
          <OwnField
            key={field.id}
            field={field}
            hidden={customer.values[field.id] === HIDDEN}
            what={`customer:${customer.id}:values.${field.id}`}
            stored={customer.values[field.id] ?? null}
            version={customer.version}
            save={(value, version) => change({ values: { [field.id]: value } }, version)}
          />
        ))}
      </ConfigProvider>
    </>
  );
}

/** A choice is stored as soon as it is made. */
function Tier({ customer }: { customer: CustomerOut }) {
  const { t } = useTranslation();
  const id = useId();
  const { role } = useMe();
  const { attempt } = useActions();
  const change = useChange(customer.id);
  return (
    <div className="desk-field">
      <label htmlFor={id}>{t("customers.tier")}</label>
      <Select
        id={id}
        variant="filled"
        disabled={role === "auditor"}
        value={customer.tier}
        options={useTierOptions()}
        onChange={(tier) => void attempt(() => change({ tier }, customer.version))}
        style={{ width: "100%" }}
      />
    </div>
  );
}
