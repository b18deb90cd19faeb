import { Input } from "antd";
import { useId } from "react";
import { useTyped } from "../lib/typed";
import { Refused } from "./Refused";

interface Props {
  /** Names the field for good. */
  what: string;
  label: string;
  stored: string;
  version: number;
  save: (value: string, version: number) => Promise<number>;
  long?: boolean;
  longest?: number;
}

/** A text that is changed where it stands, and stored when it is left. */
export function TypedText({ what, label, stored, version, save, long = false, longest = 10_000 }: Props) {
  const id = useId();
  const typed = useTyped({ what, stored, version, save });
  const shared = {
    id,
    value: typed.value,
    variant: "filled" as const,
    maxLength: longest,
    status: typed.problem ? ("error" as const) : ("" as const),
    onBlur: typed.leave,
  };
  return (
    <div className="desk-field">
      <label htmlFor={id}>{label}</label>
      {long ? (
        <Input.TextArea
          {...shared}
          autoSize={{ minRows: 2, maxRows: 12 }}
          onChange={(event) => typed.type(event.target.value)}
        />
      ) : (
        <Input
          {...shared}
          onChange={(event) => typed.type(event.target.value)}
          onPressEnter={(event) => event.currentTarget.blur()}
        />
      )}
      <Refused typed={typed} />
    </div>
  );
}
