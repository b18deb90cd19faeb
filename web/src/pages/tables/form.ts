import type { TFunction } from "i18next";
import type { StatusForm } from "../../api";
import { canBeUnique, fresh, isChoosing } from "../../lib/own-fields";
import type { OwnTable } from "../../lib/service";
import type { Bookkeeping } from "../../lib/types";

export type TableForm = Omit<OwnTable, Bookkeeping | "records">;
export type FieldRow = TableForm["fields"][number];
export type StatusRow = StatusForm;

export const COLORS = ["default", "blue", "cyan", "green", "gold", "orange", "red", "purple"] as const;
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

export function usualStatuses(t: TFunction): StatusRow[] {
  return [
    { id: "new", label: t("tables.usual_new"), color: "default", initial: true, next: ["working", "done"] },
    { id: "working", label: t("tables.usual_working"), color: "blue", next: ["done"] },
    { id: "done", label: t("tables.usual_done"), color: "green", closed: true, solves: true, next: ["working"] },
  ];
}

/** What is sent of statuses: steps only to those that are there. */
export function bodyOfStatuses(statuses: StatusRow[]): StatusRow[] {
  const known = new Set(statuses.map(({ id }) => id));
  return statuses.map((one) => ({ ...one, next: (one.next ?? []).filter((id) => known.has(id)) }));
}

export function bodyOfTable(form: TableForm): unknown {
  const statuses = bodyOfStatuses(form.statuses);
  const fields = form.fields.map((one) => ({
    ...one,
    options: isChoosing(one.type) ? one.options : [],
    unique: canBeUnique(one.type) && one.unique,
    default: one.default ?? null,
  }));
  return { ...form, statuses, fields };
}
