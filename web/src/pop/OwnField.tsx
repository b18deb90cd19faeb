import { Input } from "antd";
import { useId } from "react";
import { useTyped } from "../lib/typed";
import { HIDDEN } from "../pages/customers/customers";
import { type OwnField as Field, FieldInput } from "../ui/FieldForm";
import { Refused } from "./Refused";

const TYPED = ["line", "text", "number", "phone", "email"];
const CHOSEN_MS = 300; // what is chosen is stored at once; several choices in a row together

interface Props {
  field: Field;
  /** This person may not see what stands there. */
  hidden: boolean;
  what: string;
  stored: unknown;
  version: number;
  save: (value: unknown, version: number) => Promise<number>;
}

/** A field that the site made itself, stored when it is left. */
export function OwnField({ field, hidden, what, stored, version, save }: Props) {
  const id = useId();
  const isTyped = TYPED.includes(field.type);
  const typed = useTyped({ what, stored, version, save, ...(isTyped ? {} : { pause: CHOSEN_MS }) });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears of the input in it that it was left
    <div className="desk-field" onBlur={isTyped ? typed.leave : undefined}>
      <label htmlFor={id}>
        {field.label}
        {field.required && <span className="pop-required"> *</span>}
      </label>
      {hidden ? (
        <Input id={id} disabled value={HIDDEN} />
      ) : (
        <FieldInput
          id={id}
          field={field}
          value={typed.value}
          onChange={(value) => typed.type(value === "" || (Array.isArray(value) && !value.length) ? null : value)}
        />
      )}
      <Refused typed={typed} />
    </div>
  );
}
