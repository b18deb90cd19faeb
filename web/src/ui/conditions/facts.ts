/** What can be asked of customers: facts of what happened, as the API names them. */
import type { Conditions, CountCustomersData, FactCondition, FieldCondition, FieldType } from "../../api";

export type Fact = FactCondition["fact"];

/** Each that the API knows: whether it can be counted in the last so many days only. */
const PERIODIC: Record<Fact, boolean> = {
  "orders.count": true,
  "orders.sum": true,
  "orders.last": false,
  "calls.in": true,
  "calls.out": true,
  "calls.lost": true,
  "calls.last": false,
  "satisfaction.average": true,
  "satisfaction.last": false,
  "problems.open": false,
  created: false,
};
export const FACTS = Object.keys(PERIODIC) as Fact[];

export const isPeriodic = (fact: Fact | undefined) => fact !== undefined && PERIODIC[fact];

/** The name of a fact in the texts, in which a point would part names. */
export const factKey = (fact: string) => `conditions.fact_${fact.replace(".", "_")}`;

export type Operator = FieldCondition["op"];

/** How a field of this type can be asked. */
export function operatorsOf(type: FieldType | undefined): Operator[] {
  switch (type) {
    case "number":
    case "datetime":
      return ["eq", "ge", "le", "filled", "empty"];
    case "line":
    case "text":
    case "email":
      return ["eq", "contains", "filled", "empty"];
    default:
      return ["eq", "filled", "empty"];
  }
}

/** Whether the field is compared with something. */
export const isCompared = (op: Operator | undefined) => op !== "empty" && op !== "filled";

/** How an operator is called; days are early or late, not much or little. */
export const operatorKey = (op: Operator, type: FieldType | undefined) =>
  type === "datetime" && (op === "ge" || op === "le") ? `conditions.op_${op}_day` : `conditions.op_${op}`;

export const blankConditions = (): Conditions => ({
  q: "",
  owners: [],
  tags: [],
  without_tags: [],
  tiers: [],
  stages: [],
  do_not_call: null,
  no_mail: null,
  fields: [],
  facts: [],
});

/** Conditions as the form holds them: a period in days, or of days from one to another, is kept as it is. */
export const conditionsForm = (conditions: Conditions): Conditions => ({ ...blankConditions(), ...conditions });

/** What is sent: rows of the form that were not filled in are left out of account. */
export function conditionsBody(form: Conditions | undefined): Conditions {
  const { facts = [], fields = [], ...rest } = { ...blankConditions(), ...form };
  return {
    ...rest,
    q: rest.q ?? "",
    facts: facts
      .filter((one) => one?.fact)
      .map((one) => ({
        fact: one.fact,
        op: one.op ?? "ge",
        value: one.value ?? 0,
        period: isPeriodic(one.fact) ? String(one.period ?? "") : "",
      })),
    fields: fields
      .filter((one) => one?.field)
      .map((one) => ({ field: one.field, op: one.op ?? "eq", value: one.value ?? "" })),
  };
}

/** Conditions as lists of customers are asked; a field that is to be compared with nothing yet is left out of account. */
export function queryOf(conditions: Conditions): CountCustomersData["query"] {
  const { q, owners, tags, without_tags, tiers, stages, do_not_call, no_mail, fields = [], facts = [] } = conditions;
  const asked = {
    q,
    owner: owners,
    tag: tags,
    without_tag: without_tags,
    tier: tiers,
    stage: stages,
    do_not_call,
    no_mail,
    where: fields
      .filter(({ op, value }) => !isCompared(op) || value)
      .map(({ field, op, value = "" }) => `${field}:${op}:${isCompared(op) ? value : ""}`),
    fact: facts.map(({ fact, op, value, period = "" }) => `${fact}:${op}:${value}:${period}`),
  };
  return Object.fromEntries(
    Object.entries(asked).filter(([, one]) => (Array.isArray(one) ? one.length : (one ?? "") !== "")),
  );
}

/** Conditions on fields as they stand in an address: FIELD:OP:VALUE. */
export function fieldsOf(asked: string[]): FieldCondition[] {
  return asked.map((one) => {
    const [field = "", op = "eq", ...value] = one.split(":");
    return { field, op: op as Operator, value: value.join(":") };
  });
}

/** Facts as they stand in an address: FACT:OP:VALUE:PERIOD. */
export function factsOf(asked: string[]): FactCondition[] {
  return asked.map((one) => {
    const [fact = "", op = "ge", value = "0", period = ""] = one.split(":");
    return { fact: fact as Fact, op: op === "le" ? "le" : "ge", value: Number(value), period };
  });
}
