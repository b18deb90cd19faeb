/** What fields are that a site makes itself, of its customers and of its tables. */
import type { FieldOption, FieldType } from "../api";

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
const UNIQUE: FieldType[] = ["line", "datetime", "number", "phone", "email"];

export const isChoosing = (type: FieldType | undefined) => type === "choice" || type === "choices";
export const canBeUnique = (type: FieldType | undefined) => type !== undefined && UNIQUE.includes(type);

let made = 0;
/** An id that no other field, option or status has. */
export const fresh = (prefix: string) => `${prefix}_${Date.now().toString(36)}${(made++).toString(36)}`;

/** Options as they are typed, each with the id it had: an option keeps its id as long as it keeps its name. */
export function optionsOf(labels: string[], present: FieldOption[]): FieldOption[] {
  return labels.map((label) => present.find((option) => option.label === label) ?? { id: fresh("o"), label });
}
