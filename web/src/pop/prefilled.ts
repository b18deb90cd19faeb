import type { OwnField, Values } from "../ui/FieldForm";

const PLAIN = ["name", "company", "memo"] as const;
type Plain = Partial<Record<(typeof PLAIN)[number], string>>;

/** A flow's value bears no spaces in its name, a field's label may. */
const same = (one: string, other: string) =>
  one.toLowerCase().replaceAll(/\s+/g, "_") === other.toLowerCase().replaceAll(/\s+/g, "_");

/**
 * What a flow has found out of the caller, as a new customer's form takes it: a value fills the field that is called as
 * it is, or whose id it has; one that does not fit the field's type, or is shown hidden, fills nothing.
 */
export function prefilled(found: Record<string, string>, fields: OwnField[]): { plain: Plain; values: Values } {
  const seen = Object.entries(found).filter(([, value]) => value !== "" && !value.includes("****"));
  const plain = Object.fromEntries(
    PLAIN.flatMap((name) => seen.filter(([key]) => same(key, name)).map(([, value]) => [name, value])),
  );
  const values: Values = {};
  for (const field of fields) {
    const value = seen.find(([name]) => name === field.id || same(name, field.label))?.[1];
    const fits = value === undefined ? undefined : fitting(value.trim(), field);
    if (fits !== undefined) values[field.id] = fits;
  }
  return { plain, values };
}

function fitting(value: string, { type, options = [] }: OwnField): unknown {
  switch (type) {
    case "number":
      return Number.isFinite(Number(value)) ? Number(value) : undefined;
    case "yes_no":
      return undefined; // no word for yes is one in every system
    case "datetime":
      return /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined;
    case "choice":
    case "choices": {
      const option = options.find(({ id, label, retired }) => !retired && (id === value || same(label, value)));
      if (!option) return undefined;
      return type === "choice" ? option.id : [option.id];
    }
    default:
      return value;
  }
}
