import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { Conditions } from "../../api";
import { type CustomerField, useCustomerFields } from "../../pages/customers/customers";
import { useOwnerOptions, useStageOptions, useTierOptions } from "../../pages/customers/words";
import { dateTimeText } from "../../phone/time";
import { factKey, isCompared, operatorKey } from "./facts";
import { inputOf } from "./values";

/** Conditions in words, one beside the other; all of them must hold. */
export function ConditionText({ conditions }: { conditions: Conditions }) {
  const { t } = useTranslation();
  const words = useConditionWords();
  const said = words(conditions);
  if (said.length === 0) return t("conditions.everybody");
  return [...new Set(said)].map((one) => (
    <Tag key={one} style={{ whiteSpace: "normal" }}>
      {one}
    </Tag>
  ));
}

export function useConditionWords(): (conditions: Conditions) => string[] {
  const { t, i18n } = useTranslation();
  const { data: fields = [] } = useCustomerFields();
  const [tiers, stages, people] = [useTierOptions(), useStageOptions(), useOwnerOptions()];
  const compared = (field: CustomerField, value: string) => {
    const read = inputOf(field, value);
    if (Array.isArray(read)) return any(read.map((id) => field.options?.find((one) => one.id === id)?.label ?? id));
    if (field.type === "yes_no") return t(read === "no" ? "own_field.no" : "own_field.yes");
    return field.type === "datetime" && value.includes("T") ? dateTimeText(value, i18n.language) : value;
  };
  const any = (all: (string | undefined)[]) => all.filter(Boolean).join(t("conditions.or"));
  const labels = (options: { value: unknown; label: string }[], values: readonly unknown[]) =>
    any(values.map((value) => options.find((one) => one.value === value)?.label));
  return ({ q, owners, tags, without_tags, tiers: of, stages: at, do_not_call, no_mail, facts, fields: asked }) => [
    ...(q ? [`“${q}”`] : []),
    ...(of?.length ? [labels(tiers, of)] : []),
    ...(at?.length ? [labels(stages, at)] : []),
    ...(owners?.length ? [t("conditions.owned_by", { owner: labels(people(owners), owners) })] : []),
    ...(tags ?? []).map((tag) => t("conditions.with_tag", { tag })),
    ...(without_tags ?? []).map((tag) => t("conditions.not_tag", { tag })),
    ...(do_not_call === true ? [t("customers.do_not_call")] : []),
    ...(do_not_call === false ? [t("conditions.may_call")] : []),
    ...(no_mail === true ? [t("customers.no_mail")] : []),
    ...(no_mail === false ? [t("conditions.may_mail")] : []),
    ...(facts ?? []).map(({ fact, op, value, period }) => {
      const said = `${t(factKey(fact))} ${t(`conditions.sign_${op}`)} ${value} ${t(`${factKey(fact)}_unit`)}`.trim();
      if (!period) return said;
      return period.includes("..") ? `${said} (${period})` : `${said} (${t("conditions.in_days", { days: period })})`;
    }),
    ...(asked ?? []).map(({ field: id, op, value = "" }) => {
      const field = fields.find((one) => one.id === id);
      if (!field) return `${t("customers.gone_field")} ${t(`conditions.op_${op}`)} ${value}`.trim();
      return `${field.label} ${t(operatorKey(op, field.type))} ${isCompared(op) ? compared(field, value) : ""}`.trim();
    }),
  ];
}
