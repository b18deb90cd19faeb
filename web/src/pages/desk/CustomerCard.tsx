import { PhoneOutlined, PlusOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { type ComponentProps, lazy, Suspense, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { isHidden } from "../../phone/sides";
import { useActions } from "../../phone/useCalls";
import { SmsButton } from "../../ui/sms/SmsButton";
import { type Customer, changeCustomer, type Draft, makeCustomer, type PhoneDraft, useCustomer } from "./customers";

// The list to choose from is heavy, and a desk is drawn without it.
const TierField = lazy(() => import("./TierField"));

function Tier(props: ComponentProps<typeof TierField>) {
  return (
    <Suspense>
      <TierField {...props} />
    </Suspense>
  );
}

interface Labelled {
  label: string;
  value: string;
  long?: boolean;
  onChange: (value: string) => void;
  onLeave?: () => void;
}

function LabelledInput({ label, value, long = false, onChange, onLeave }: Labelled) {
  const id = useId();
  const shared = { id, value, variant: "filled" as const, ...(onLeave ? { onBlur: onLeave } : {}) };
  return (
    <div className="desk-field">
      <label htmlFor={id}>{label}</label>
      {long ? (
        <Input.TextArea
          {...shared}
          autoSize={{ minRows: 3, maxRows: 12 }}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <Input
          {...shared}
          onChange={(event) => onChange(event.target.value)}
          {...(onLeave ? { onPressEnter: (event) => event.currentTarget.blur() } : {})}
        />
      )}
    </div>
  );
}

/** One field that is changed where it stands, and saved when it is left. */
function Field({ value, onSave, ...rest }: Omit<Labelled, "onChange"> & { onSave: (value: string) => void }) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return <LabelledInput {...rest} value={draft} onChange={setDraft} onLeave={() => draft !== value && onSave(draft)} />;
}

/** A known customer, every field edited where it stands. */
export function KnownCustomer({ id }: { id: string }) {
  const { t } = useTranslation("desk");
  const { data: customer } = useCustomer(id);
  const queries = useQueryClient();
  const actions = useActions();
  const { message } = App.useApp();
  if (!customer) return null;
  const save = async (change: Partial<Draft>) => {
    if (await actions.attempt(() => changeCustomer(customer, change))) message.success(t("customer.saved"));
    await queries.invalidateQueries({ queryKey: ["customers"] }); // saved, or changed by somebody else meanwhile
  };
  return (
    <div className="desk-card">
      <Field label={t("customer.name")} value={customer.name} onSave={(name) => void save({ name })} />
      <Field label={t("customer.company")} value={customer.company} onSave={(company) => void save({ company })} />
      <Tier value={customer.tier} onChange={(tier) => void save({ tier })} />
      <Phones customer={customer} onSave={(phones) => void save({ phones })} />
      <Field label={t("customer.memo")} long value={customer.memo} onSave={(memo) => void save({ memo })} />
    </div>
  );
}

function Phones({ customer, onSave }: { customer: Customer; onSave: (phones: PhoneDraft[]) => void }) {
  const { t } = useTranslation("desk");
  const actions = useActions();
  const [adding, setAdding] = useState(false);
  const replace = (index: number, value: string) =>
    onSave(customer.phone_list.map((phone, at) => (at === index ? value.trim() : phone)).filter(Boolean));
  return (
    <div>
      {customer.phone_list.map((phone, index) => (
        <div key={phone.id} className="desk-phone">
          <Field
            label={t("customer.phone", { number: index + 1 })}
            value={phone.number}
            onSave={(value) => replace(index, value)}
          />
          <Button
            icon={<PhoneOutlined />}
            aria-label={t("customer.dial", { number: phone.number })}
            onClick={() => actions.dial({ customer: customer.id, field: phone.id })}
          />
          <SmsButton target={{ customer: customer.id, field: phone.id }} name={customer.name} type="default" />
        </div>
      ))}
      {adding ? (
        <Field
          label={t("customer.new_phone")}
          value=""
          onSave={(value) => {
            setAdding(false);
            if (value.trim()) onSave([...customer.phone_list, value.trim()]);
          }}
        />
      ) : (
        <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
          {t("customer.add_phone")}
        </Button>
      )}
    </div>
  );
}

interface NewProps {
  number: string;
  /** The call with whom it is: by it his number is kept although it is hidden. */
  journey: string | null;
  onMade: (id: string) => void;
}

/** A caller nobody knows yet: a card with his number in it, kept by one button. */
export function NewCustomer({ number, journey, onMade }: NewProps) {
  const { t } = useTranslation("desk");
  const queries = useQueryClient();
  const actions = useActions();
  const [draft, setDraft] = useState<Draft>({
    name: "",
    company: "",
    memo: "",
    phones: isHidden(number) ? (number && journey ? [{ journey }] : []) : [number],
    tier: 0,
  });
  const [saving, setSaving] = useState(false);
  const [phone] = draft.phones;
  const set = (change: Partial<Draft>) => setDraft((former) => ({ ...former, ...change }));
  const save = async () => {
    setSaving(true);
    await actions.attempt(async () => {
      const { id } = await makeCustomer(draft);
      await queries.invalidateQueries({ queryKey: ["customers"] });
      onMade(id);
    });
    setSaving(false);
  };
  return (
    <form
      className="desk-card"
      aria-label={t("customer.new")}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3>{t("customer.new")}</h3>
      <LabelledInput label={t("customer.name")} value={draft.name} onChange={(name) => set({ name })} />
      <LabelledInput label={t("customer.company")} value={draft.company} onChange={(company) => set({ company })} />
      <Tier value={draft.tier} onChange={(tier) => set({ tier })} />
      <LabelledInput
        label={t("customer.phone", { number: 1 })}
        value={typeof phone === "object" ? number : (phone ?? "")}
        onChange={(phone) => set({ phones: phone ? [phone] : [] })}
      />
      <LabelledInput long label={t("customer.memo")} value={draft.memo} onChange={(memo) => set({ memo })} />
      <Button type="primary" htmlType="submit" loading={saving} disabled={!draft.name.trim()} block>
        {t("customer.keep")}
      </Button>
    </form>
  );
}
