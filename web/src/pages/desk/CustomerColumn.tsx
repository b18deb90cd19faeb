import { Button } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { i18n } from "../../i18n";
import { shownNumber } from "../../lib/numbers";
import { useInTab } from "../../lib/typed";
import { isHidden } from "../../phone/sides";
import { Waiting } from "../../shell/Waiting";
import { SearchInput } from "../../ui/inputs";
import { type Found as FoundCustomer, useCustomerSearch } from "./customers";

// The card is heavy, and a desk is drawn without it; it is fetched before the first call may need it.
const card = () => Promise.all([import("../../pop/KnownCustomer"), i18n.loadNamespaces("admin")]);
const blank = () => Promise.all([import("../../pop/NewCustomer"), i18n.loadNamespaces("admin")]);
const KnownCustomer = lazy(async () => (await card())[0]);
const NewCustomer = lazy(async () => (await blank())[0]);
const FETCHED_MS = 200;

interface Props {
  /** Of the call on the screen; null between calls. */
  number: string | null;
  /** What is known of him, or what the line tells. */
  name: string;
  customer: string | null;
  journey: string | null;
  /** What flows have found out of him. */
  values: Record<string, string>;
}

const NOTHING = {};

/** The right column: who calls, or a search between calls. */
export function CustomerColumn(props: Props) {
  const { t } = useTranslation("desk");
  const { number, customer, journey } = props;
  useEffect(() => {
    const later = setTimeout(() => void Promise.all([card(), blank()]), FETCHED_MS);
    return () => clearTimeout(later);
  }, []);
  return (
    <section aria-label={t("customer.title")}>
      <h2>{t("customer.title")}</h2>
      <Suspense fallback={<Waiting />}>
        {number === null ? <Search /> : <Caller key={customer ?? journey ?? number} {...props} number={number} />}
      </Suspense>
    </section>
  );
}

function Caller({ number, name, customer, journey, values }: Props & { number: string }) {
  const [chosen, setChosen] = useInTab<string>(`chosen:${journey ?? number}`);
  const unseen = isHidden(number) && number !== ""; // then the call stands for it
  const by = journey && (unseen || customer) ? "journey" : "q";
  const { data, isPending } = useCustomerSearch(by === "journey" ? (journey ?? "") : number, by);
  const found = data?.items ?? [];
  // Of several with this number the exchange named one; a customer whom the flow found otherwise is no question.
  const several = found.length > 1 && (customer === null || found.some(({ id }) => id === customer));
  const known = chosen ?? (several ? null : (customer ?? found[0]?.id));
  if (known) return <KnownCustomer key={known} id={known} journey={journey} />;
  if (several) return <Several customers={found} onChoose={setChosen} />;
  if (isPending && number) return null;
  return <NewCustomer number={number} name={name} journey={journey} found={values} onMade={setChosen} />;
}

/** More than one customer has the number: the agent says which it is. */
function Several({ customers, onChoose }: { customers: FoundCustomer[]; onChoose: (id: string) => void }) {
  const { t } = useTranslation("desk");
  return (
    <>
      <p className="desk-quiet">{t("customer.several")}</p>
      <Found customers={customers} onChoose={onChoose} />
    </>
  );
}

function Found({ customers, onChoose }: { customers: FoundCustomer[]; onChoose: (id: string) => void }) {
  return (
    <ul className="desk-list">
      {customers.map(({ id, name, company, phones }) => (
        <li key={id}>
          <Button type="text" block className="desk-found" onClick={() => onChoose(id)}>
            <strong>{name}</strong> <span className="desk-quiet">{company || shownNumber(phones[0] ?? "")}</span>
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
        {chosen ? (
          <KnownCustomer key={chosen} id={chosen} journey={null} />
        ) : (
          <NewCustomer number="" name="" journey={null} found={NOTHING} onMade={setChosen} />
        )}
      </>
    );
  }
  return (
    <div className="desk-stack">
      <SearchInput
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
