import type { Sound } from "../../../lib/flow";
import { SoundPicker } from "../../../ui/prompts/SoundPicker";
import { Field } from "./parts";

/** Those of the system's own prompts that make sense in an attendant. */
const SYSTEM = [
  "welcome",
  "demo_greeting",
  "demo_menu",
  "enter_extension",
  "please_hold",
  "recording_notice",
  "nobody_available",
  "outside_hours",
  "goodbye",
];

interface Props {
  label: string;
  value: Sound | null | undefined;
  onChange: (sound: Sound | null, mark?: string) => void;
  /** What is said without a choice; given where there need not be one. */
  none?: string;
}

export function SoundField(props: Props) {
  return (
    <Field label={props.label}>
      <SoundPicker system={SYSTEM} {...props} />
    </Field>
  );
}
