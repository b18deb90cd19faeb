import { SoundPicker } from "./SoundPicker";

interface Props {
  label: string;
  placeholder: string;
  /** The three are given by the form. */
  id?: string;
  value?: string | null;
  onChange?: (id: string | null) => void;
}

/** A form field that holds the id of a prompt. */
export function PromptPicker({ label, placeholder, id, value, onChange }: Props) {
  return (
    <SoundPicker
      id={id}
      label={label}
      none={placeholder}
      value={value ? { prompt: value } : null}
      onChange={(sound) => onChange?.(sound?.prompt ?? null)}
    />
  );
}
