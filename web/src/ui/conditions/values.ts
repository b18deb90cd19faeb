/** What a condition compares a field with: a text, as people write it, for any type of field. */
import type { OwnField } from "../FieldForm";

const BETWEEN = /[,，、;；|\n]+/;

// as the server reads it
const NO = ["否", "不", "没有", "无", "错", "假", "×", "✗", "✘", "no", "n", "false", "f", "off", "0"];

const isChosen = ({ type }: OwnField) => type === "choice" || type === "choices";

/** The text as the field's input holds it; of choices their ids, also where they were written by their labels. */
export function inputOf(field: OwnField, text: string): unknown {
  if (isChosen(field)) {
    const idOf = (word: string) => field.options?.find(({ id, label }) => id === word || label === word)?.id;
    const whole = idOf(text.trim());
    if (whole) return [whole];
    const words = text.split(BETWEEN).map((word) => word.trim());
    return words.filter(Boolean).map((word) => idOf(word) ?? word);
  }
  if (field.type === "yes_no") return text === "" ? null : NO.includes(text.trim().toLowerCase()) ? "no" : "yes";
  if (field.type === "number") return text.trim() === "" || Number.isNaN(Number(text)) ? null : Number(text);
  return text;
}

export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join("、");
  return value === null || value === undefined ? "" : String(value);
}
