import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isHidden } from "../../phone/sides";
import { KnownCustomer, NewCustomer } from "./CustomerCard";
import { type Customer, useCustomerSearch } from "./customers";

interface Props {
  /** Of the call on the screen; null between calls. */
  number: string | null;
  customer: string | null;
  journey: string | null;
}

/** The right column: who calls, or a search between calls. */
export function CustomerColumn({ number, customer, journey }: Props) {
  const { t } = useTranslation("desk");
  return (
    <section aria-label={t("customer.title")}>
      <h2>{t("customer.title")}</h2>
      {number === null ? (
        <Search />
      ) : (
        <Caller key={customer ?? journey ?? number} number={number} customer={customer} journey={journey} />
      )}
    </section>
  );
}

function Caller({ number, customer, journey }: Props & { number: string }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const known = customer ?? chosen;
  const unseen = isHidden(number); // then the call stands for it
  const asked = number && unseen ? (journey ?? "") : number;
  const { data, isPending } = useCustomerSearch(known ? "" : asked, unseen ? "journey" : "q");
  if (known) return <KnownCustomer id={known} />;
  const found = data?.items ?? [];
  if (found.length === 1 && found[0]) return <KnownCustomer id={found[0].id} />;
  if (found.length > 1) return <Found customers={found} onChoose={setChosen} />;
  if (isPending && asked) return null;
  return <NewCustomer number={number} journey={journey} onMade={setChosen} />;
}

function Found({ customers, onChoose }: { customers: Customer[]; onChoose: (id: string) => void }) {
  return (
    <ul className="desk-list">
      {customers.map(({ id, name, company, phones }) => (
        <li key={id}>
          <Button type="text" block className="desk-found" onClick={() => onChoose(id)}>
            <strong>{name}</strong> <span className="desk-quiet">{company || phones[0]}</span>
          </Button>
        </li>
      ))}
    </ul>
  );
}

function Search() {
  const { t } = useTranslation("desk");
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const { data } = useCustomerSearch(text.trim());
  const back = () => {
    setChosen(null);
    setAdding(false);
  };
  if (chosen || adding) {
    return (
      <>
        <Button type="link" size="small" onClick={back}>
          ‹ {t("customer.back")}
        </Button>
        {chosen ? <KnownCustomer id={chosen} /> : <NewCustomer number="" journey={null} onMade={setChosen} />}
      </>
    );
  }
  return (
    <div className="desk-stack">
      <Input.Search
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={t("customer.search_hint")}
        aria-label={t("customer.search")}
        allowClear
      />
      {data && data.items.length === 0 && <p className="desk-quiet">{t("customer.none")}</p>}
      {text && <Found customers={data?.items ?? []} onChoose={setChosen} />}
      {!text && <p className="desk-quiet">{t("customer.idle")}</p>}
      <Button block onClick={() => setAdding(true)}>
        {t("customer.new")}
      </Button>
    </div>
  );
}
