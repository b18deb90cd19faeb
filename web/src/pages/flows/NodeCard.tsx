import { DeleteOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Input, InputNumber, Select, Tag } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { FlowNode } from "../../lib/types";
import type { Choice } from "../../ui/choices";
import { DestinationField } from "../../ui/Destination";
import { MenuKeys } from "./MenuKeys";
import { SoundField } from "./SoundField";

interface Props {
  name: string;
  node: FlowNode;
  /** The steps it may lead to. */
  steps: Choice[];
  isEntry: boolean;
  onChange: (node: FlowNode) => void;
  onFirst: () => void;
  onRemove: (() => void) | undefined;
}

export function NodeCard({ name, node, steps, isEntry, onChange, onFirst, onRemove }: Props) {
  const { t } = useTranslation();
  const shown = node.label || name;
  return (
    <section aria-label={t("flows.step", { name: shown })}>
      <Card
        size="small"
        title={
          <Flex gap={8} align="center">
            <Tag variant="filled">{t(`flows.kind_${node.kind}`)}</Tag>
            <Input
              aria-label={t("flows.label")}
              variant="borderless"
              value={node.label}
              placeholder={name}
              maxLength={80}
              onChange={(event) => onChange({ ...node, label: event.target.value })}
              style={{ fontWeight: 600, paddingInline: 0 }}
            />
          </Flex>
        }
        extra={
          <Flex gap={4} align="center">
            {isEntry ? (
              <Tag>{t("flows.first")}</Tag>
            ) : (
              <Button size="small" type="text" onClick={onFirst}>
                {t("flows.make_first")}
              </Button>
            )}
            {onRemove && (
              <Button
                size="small"
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t("flows.remove_step", { name: shown })}
                onClick={onRemove}
              />
            )}
          </Flex>
        }
      >
        <NodeFields node={node} steps={steps} onChange={onChange} />
      </Card>
    </section>
  );
}

/** A label at the left, its control at the right. */
export function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div style={{ display: "grid", gridTemplateColumns: "112px minmax(0, 1fr)", gap: 8, alignItems: "start" }}>
      <span style={{ lineHeight: "32px" }}>{label}</span>
      {children}
    </div>
  );
}

function NodeFields({ node, steps, onChange }: Pick<Props, "node" | "steps" | "onChange">) {
  const { t } = useTranslation();
  switch (node.kind) {
    case "announce":
      return (
        <Flex vertical gap={8}>
          <Line label={t("flows.sound")}>
            <SoundField value={node.sound} onChange={(sound) => onChange({ ...node, sound: sound ?? {} })} />
          </Line>
          <Line label={t("flows.next")}>
            <StepSelect
              label={t("flows.next")}
              steps={steps}
              value={node.next}
              onChange={(next) => onChange({ ...node, next })}
            />
          </Line>
        </Flex>
      );
    case "menu":
      return (
        <Flex vertical gap={8}>
          <Line label={t("flows.sound")}>
            <SoundField value={node.sound} onChange={(sound) => onChange({ ...node, sound: sound ?? {} })} />
          </Line>
          <Line label={t("flows.keys")}>
            <MenuKeys keys={node.keys} steps={steps} onChange={(keys) => onChange({ ...node, keys })} />
          </Line>
          <Line label={t("flows.timeout")}>
            <Flex gap={8} align="center">
              <InputNumber
                aria-label={t("flows.timeout")}
                min={1}
                max={60}
                suffix={t("unit.seconds")}
                value={node.timeout}
                onChange={(timeout) => onChange({ ...node, timeout: timeout ?? 5 })}
                style={{ width: 104 }}
              />
              <span style={{ marginInlineStart: 16 }}>{t("flows.attempts")}</span>
              <InputNumber
                aria-label={t("flows.attempts")}
                min={1}
                max={10}
                precision={0}
                value={node.attempts}
                onChange={(attempts) => onChange({ ...node, attempts: attempts ?? 3 })}
                style={{ width: 72 }}
              />
            </Flex>
          </Line>
          <Line label={t("flows.fallback")}>
            <StepSelect
              label={t("flows.fallback")}
              steps={steps}
              value={node.fallback}
              onChange={(fallback) => onChange({ ...node, fallback })}
            />
          </Line>
        </Flex>
      );
    case "go_to":
      return (
        <Line label={t("flows.goes_to")}>
          <DestinationField value={node.destination} onChange={(destination) => onChange({ ...node, destination })} />
        </Line>
      );
    case "hang_up":
      return (
        <Line label={t("flows.sound")}>
          <SoundField optional value={node.sound} onChange={(sound) => onChange({ ...node, sound })} />
        </Line>
      );
  }
}

interface StepProps {
  label: string;
  steps: Choice[];
  value: string;
  onChange: (name: string) => void;
}

export function StepSelect({ label, steps, value, onChange }: StepProps) {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={label}
      value={value || undefined}
      placeholder={t("flows.which_step")}
      options={steps}
      onChange={onChange}
      style={{ width: "100%" }}
    />
  );
}
