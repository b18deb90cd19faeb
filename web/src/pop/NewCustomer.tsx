import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerOut } from "../api";
import { request } from "../lib/http";
import { problemFrom } from "../lib/problem";
import { useInTab, useTypeAhead } from "../lib/typed";
import { useCustomerFields } from "../pages/customers/customers";
import { useTierOptions } from "../pages/customers/words";
import { isHidden } from "../phone/sides";
import { FieldInputs, type Values } from "../ui/FieldForm";
import { ProblemNote, useProblem } from "../ui/ProblemNote";
import { noteOf } from "./Note";
import { prefilled } from "./prefilled";
import "./pop.css";

interface Props {
  number: string;
  /** What the line tells of the caller. */
  name: string;
  /** The call with whom it is: by it his number is kept although it is hidden. */
  journey: string | null;
  /** What flows have found out of him, by name. */
  found: Record<string, string>;
  onMade: (id: string) => void;
}

interface Draft {
  name: string;
  company: string;
  tier: number;
  phone: string;
  memo: string;
  /** Of the call: it becomes a memo of the customer. */
  note?: string;
  values: Values;
}

/** A caller nobody knows yet: a card with his number in it, kept by one button. What is typed outlives a reload. */
export default function NewCustomer({ number, name, journey, found, onMade }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [form] = Form.useForm<Draft>();
  const { problem, show, clear } = useProblem(form);
  const [draft, keep] = useInTab<Draft>(`new:${journey ?? ""}`);
  const { data: fields } = useCustomerFields();
  const tiers = useTierOptions();
  const typeAhead = useTypeAhead();
  useEffect(() => clear, [clear]);
  if (!fields) return null;
  const shown = fields.filter((field) => field.in_pop);
  const save = async ({ phone, values, note, ...plain }: Draft) => {
    clear();
    const unseen = isHidden(phone);
    const phones = unseen ? (phone && journey ? [{ journey }] : []) : [{ number: phone.trim() }];
    try {
      const made = await request<CustomerOut>("POST", "/customers", {
        body: { ...plain, values: values ?? {}, phones },
      });
      if (journey && note?.trim()) typeAhead(noteOf(journey, made.id), note);
      keep(null);
      await queries.invalidateQueries({ queryKey: ["customers"] });
      onMade(made.id);
    } catch (error) {
      show(problemFrom(error, 0));
    }
  };
  const { plain, values: known } = prefilled(found, shown);
  const usual = Object.fromEntries(shown.map(({ id, default: value }) => [id, value ?? null]));
  return (
    <Form<Draft>
      form={form}
      layout="vertical"
      variant="filled"
      className="desk-card pop-new"
      aria-label={t("customers.new")}
      initialValues={
        draft ?? { company: "", tier: 0, phone: number, memo: "", name, ...plain, values: { ...usual, ...known } }
      }
      onValuesChange={(_, all) => keep(all)}
      onFinish={save}
    >
      <h3>{t("customers.new")}</h3>
      <ProblemNote problem={problem} />
      {journey && (
        <Form.Item name="note" label={t("pop.note")}>
          <Input.TextArea
            variant="outlined"
            placeholder={t("pop.note_new")}
            autoSize={{ minRows: 3, maxRows: 12 }}
            maxLength={10_000}
          />
        </Form.Item>
      )}
      <Form.Item name="name" label={t("customers.name")} rules={[{ required: true, whitespace: true }]}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="company" label={t("customers.company")}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="tier" label={t("customers.tier")}>
        <Select options={tiers} />
      </Form.Item>
      <Form.Item name="phone" label={t("customers.phone")}>
        <Input maxLength={32} inputMode="tel" />
      </Form.Item>
      <Form.Item name="memo" label={t("service.memo")}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 12 }} maxLength={10_000} />
      </Form.Item>
      <FieldInputs fields={shown} />
      <Button type="primary" htmlType="submit" block>
        {t("pop.keep")}
      </Button>
    </Form>
  );
}
