import type { TFunction } from "i18next";
import type { FieldOption, FieldType, StatusForm } from "../../api";
import type { OwnTable } from "../../lib/service";
import type { Bookkeeping } from "../../lib/types";

export type TableForm = Omit<OwnTable, Bookkeeping | "records">;
export type FieldRow = TableForm["fields"][number];
export type StatusRow = StatusForm;

export const TYPES: FieldType[] = [
  "line",
  "text",
  "choice",
  "choices",
  "number",
  "datetime",
  "phone",
  "email",
  "yes_no",
];
export const COLORS = ["default", "blue", "cyan", "green", "gold", "orange", "red", "purple"] as const;
const UNIQUE: FieldType[] = ["line", "datetime", "number", "phone", "email"];

export const isChoosing = (type: FieldType | undefined) => type === "choice" || type === "choices";
export const canBeUnique = (type: FieldType | undefined) => type !== undefined && UNIQUE.includes(type);

let made = 0;
const fresh = (prefix: string) => `${prefix}_${Date.now().toString(36)}${(made++).toString(36)}`;

export const blankField = (): FieldRow => ({
  id: fresh("f"),
  label: "",
  type: "line",
  options: [],
  required: false,
  unique: false,
  masked: false,
  in_pop: true,
});
export const blankStatus = (): StatusRow => ({ id: fresh("s"), label: "", color: "default", next: [] });

/** Options as they are typed, each with the id it had: an option keeps its id as long as it keeps its name. */
export function optionsOf(labels: string[], present: FieldOption[]): FieldOption[] {
  return labels.map((label) => present.find((option) => option.label === label) ?? { id: fresh("o"), label });
}

export function usualStatuses(t: TFunction): StatusRow[] {
  return [
    { id: "new", label: t("tables.usual_new"), color: "default", initial: true, next: ["working", "done"] },
    { id: "working", label: t("tables.usual_working"), color: "blue", next: ["done"] },
    { id: "done", label: t("tables.usual_done"), color: "green", closed: true, solves: true, next: ["working"] },
  ];
}

/** What is sent: steps only to statuses that are there. */
export function bodyOfTable(form: TableForm): unknown {
  const known = new Set(form.statuses.map(({ id }) => id));
  const statuses = form.statuses.map((one) => ({ ...one, next: (one.next ?? []).filter((id) => known.has(id)) }));
  const fields = form.fields.map((one) => ({
    ...one,
    options: isChoosing(one.type) ? one.options : [],
    unique: canBeUnique(one.type) && one.unique,
    default: one.default ?? null,
  }));
  return { ...form, statuses, fields };
}
