/** What the forms of steps are made of. */
import { Input, InputNumber, Select } from "antd";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { NodeKind, NodeOf } from "../../../lib/flow";
import { TemplateInput as Template } from "../../../ui/TemplateInput";
import { BUILT_IN, variablesOf } from "../document";
import { useFlow } from "../editor";

export interface FormProps<K extends NodeKind> {
  node: NodeOf<K>;
  /** Some fields changed; `mark` names a field in which somebody types, so that his typing is undone at once. */
  change: (part: Partial<NodeOf<K>>, mark?: string) => void;
}

/** A label above its control. */
export function Field({ label, help, children }: { label: string; help?: ReactNode; children: ReactNode }) {
  return (
    <div className="flow-field">
      <span className="flow-field-label">{label}</span>
      {children}
      {help && <span className="flow-quiet">{help}</span>}
    </div>
  );
}

interface TextProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  rows?: number;
}

/** A text that may hold values, as {{name}}; the button puts one in where the cursor is. */
export function TemplateField({ label, help, ...rest }: TextProps & { help?: ReactNode }) {
  return (
    <Field label={label} help={help}>
      <TemplateInput label={label} {...rest} />
    </Field>
  );
}

export function TemplateInput(props: TextProps) {
  const { t } = useTranslation("flow");
  const flow = useFlow();
  const places = useMemo(
    () =>
      variablesOf(flow).map((name) => ({
        key: name,
        label: BUILT_IN.includes(name) ? `${name} · ${t(`variable.${name.replace(".", "_")}`)}` : name,
      })),
    [flow, t],
  );
  return <Template {...props} places={places} insert={t("field.insert")} />;
}

/** The name under which a value is kept. */
export function VariableField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("flow");
  const name = value || "account";
  return (
    <Field label={t("field.variable")} help={t("field.variable_help", { name, open: "{{", close: "}}" })}>
      <Input
        aria-label={t("field.variable")}
        value={value}
        maxLength={40}
        placeholder="account"
        onChange={(event) => onChange(event.target.value.replace(/[^\p{L}\p{N}_]/gu, ""))}
      />
    </Field>
  );
}

interface NumberProps {
  label: string;
  value: number;
  min: number;
  max: number;
  seconds?: boolean;
  onChange: (value: number) => void;
}

export function NumberBox({ label, value, min, max, seconds = false, onChange }: NumberProps) {
  const { t } = useTranslation("flow");
  return (
    <Field label={label}>
      <InputNumber
        aria-label={label}
        min={min}
        max={max}
        precision={0}
        suffix={seconds ? t("translation:unit.seconds") : undefined}
        value={value}
        onChange={(next) => next !== null && onChange(next)}
        style={{ width: "100%" }}
      />
    </Field>
  );
}

/** Fields side by side, equally wide. */
export function Beside({ children }: { children: ReactNode }) {
  return <div className="flow-beside">{children}</div>;
}

interface StepProps {
  label: string;
  value: string;
  /** The step that leads there; a menu may repeat itself, other steps may not lead to themselves. */
  from?: string;
  onChange: (name: string) => void;
}

/** Which step comes next: the way to draw a line without a mouse. */
export function StepSelect({ label, value, from, onChange }: StepProps) {
  const { t } = useTranslation("flow");
  const { nodes } = useFlow();
  const options = useMemo(
    () =>
      Object.entries(nodes)
        .filter(([name, node]) => name !== from || node.kind === "menu" || node.kind === "digits")
        .map(([name, node]) => ({ value: name, label: node.label || name })),
    [nodes, from],
  );
  return (
    <Select
      aria-label={label}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      value={value in nodes ? value : undefined}
      placeholder={t("step.choose")}
      options={options}
      onChange={(next?: string) => onChange(next ?? "")}
      style={{ width: "100%", minWidth: 0 }}
    />
  );
}
