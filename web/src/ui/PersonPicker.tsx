import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { useMe } from "../lib/session";
import { useLive } from "../live/store";

interface Props {
  id?: string;
  value?: string | null;
  onChange?: (id: string | null) => void;
  known?: { id: string; name: string } | null;
  label?: string;
  placeholder?: string;
  locked?: boolean;
}

/** Somebody who takes calls, or oneself. */
export function PersonPicker({ value, onChange, known, id, label, placeholder, locked }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const agents = useLive((live) => live.agents);
  const people = new Map(Object.values(agents).map((agent) => [agent.id, agent.name]));
  people.set(me.id, me.name);
  if (known) people.set(known.id, known.name);
  return (
    <Select
      {...(id ? { id } : {})}
      {...(locked ? { disabled: true } : {})}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      aria-label={label ?? t("service.owner")}
      {...(placeholder ? { placeholder } : {})}
      value={value ?? null}
      options={[...people].map(([id, name]) => ({ value: id, label: name }))}
      onChange={(next: string | undefined) => onChange?.(next ?? null)}
      style={{ minWidth: 160 }}
    />
  );
}
