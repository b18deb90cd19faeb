import type { FieldCheck, FieldOut } from "../../api";
import { canBeUnique, isChoosing } from "../../lib/own-fields";
import type { Bookkeeping } from "../../lib/types";

export type CustomerField = FieldOut;
export type FieldForm = Omit<FieldOut, Bookkeeping | "rank" | "changing">;

export const blankField = (): FieldForm => ({
  label: "",
  type: "line",
  options: [],
  position: 0,
  in_pop: true,
  required: false,
  unique: false,
  masked: false,
  default: null,
  validation: {},
});

/** A default as far as its options are still there. */
export function keptDefault({ type, options = [], default: value = null }: Partial<FieldForm>): unknown {
  if (!isChoosing(type)) return value;
  const known = new Set(options.filter((option) => option?.label).map(({ id }) => id));
  return Array.isArray(value) ? value.filter((id) => known.has(id)) : known.has(value as string) ? value : null;
}

/** What is sent: nothing that the type cannot have. */
export function bodyOfField(form: FieldForm): FieldForm {
  const unique = canBeUnique(form.type) && form.unique;
  const options = isChoosing(form.type) ? form.options : [];
  return { ...form, options, unique, default: unique ? null : keptDefault(form) };
}

/** Whether what stands with customers may not fit the field as it shall be. */
export const concernsValues = (before: FieldForm, after: FieldForm) =>
  before.type !== after.type || (after.unique && !before.unique);

/** Whether to ask before it is changed: values become others, or are lost. */
export const isWorthAsking = (check: FieldCheck, before: FieldForm, after: FieldForm) =>
  check.lost > 0 || (check.filled > 0 && before.type !== after.type);

/** The rows with one put at another place. */
export function moved<T>(rows: T[], from: number, to: number): T[] {
  const rest = rows.filter((_, place) => place !== from);
  return [...rest.slice(0, to), ...rows.slice(from, from + 1), ...rest.slice(to)];
}
