import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerOut, PhoneIn } from "../api";
import { shownNumber, whenceText } from "../lib/numbers";
import { useInTab } from "../lib/typed";
import { PhoneButtons } from "../pages/customers/PhoneButtons";
import { useChange } from "./store";
import { TypedText } from "./TypedText";

/** A customer's phones, called and written to by their ids: one need not see their numbers. */
export function Phones({ customer }: { customer: CustomerOut }) {
  const { t, i18n } = useTranslation();
  const change = useChange(customer.id);
  const fresh = `customer:${customer.id}:phone:new`;
  const [waits] = useInTab(fresh); // typed before a reload
  const [adding, setAdding] = useState(waits !== null);
  const known: PhoneIn[] = customer.phone_list.map(({ id, label }) => ({ id, label }));
  const replaced = (place: number, number: string, version: number) => {
    const label = customer.phone_list[place]?.label ?? "";
    const phones = known.map((phone, at) => (at === place ? { number: number.trim(), label } : phone));
    return change({ phones: phones.filter((phone) => phone.number !== "") }, version);
  };
  return (
    <div className="pop-phones">
      {customer.phone_list.map((phone, place) => (
        <div key={phone.id} className="desk-phone">
          <TypedText
            what={`customer:${customer.id}:phone:${phone.id}`}
            label={t("customers.phone_n", { number: place + 1 })}
            stored={shownNumber(phone.number)}
            version={customer.version}
            longest={32}
            save={(number, version) => replaced(place, number, version)}
          />
          <PhoneButtons customer={customer} phone={phone} />
          {phone.whence && <span className="desk-quiet">{whenceText(phone.whence, i18n.language)}</span>}
        </div>
      ))}
      {adding ? (
        <TypedText
          what={fresh}
          label={t("customers.phone")}
          stored=""
          version={customer.version}
          longest={32}
          save={async (number, version) => {
            const now = number.trim()
              ? await change({ phones: [...known, { number: number.trim() }] }, version)
              : version;
            setAdding(false);
            return now;
          }}
        />
      ) : (
        <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
          {t("customers.add_phone")}
        </Button>
      )}
    </div>
  );
}
