import { PlusOutlined } from "@ant-design/icons";
import { Button, ConfigProvider, Flex } from "antd";
import { useTranslation } from "react-i18next";
import type { FlowDefinition, FlowNode } from "../../lib/types";
import { type NodeKind, withNode, withoutNode } from "./document";
import { NodeCard } from "./NodeCard";

const KINDS: NodeKind[] = ["announce", "menu", "go_to", "hang_up"];

interface Props {
  value?: FlowDefinition;
  onChange?: (value: FlowDefinition) => void;
}

/** The steps of an attendant as a list of cards, one under the other. */
export function FlowEditor({ value = { entry: "", nodes: {} }, onChange }: Props) {
  const { t } = useTranslation();
  const isOff = ConfigProvider.useConfig().componentDisabled ?? false;
  const { entry, nodes } = value;
  const steps = Object.entries(nodes).map(([name, node]) => ({ value: name, label: node.label || name }));
  const put = (name: string, node: FlowNode) => onChange?.({ entry, nodes: { ...nodes, [name]: node } });

  return (
    <Flex vertical gap={12}>
      {Object.entries(nodes).map(([name, node]) => (
        <NodeCard
          key={name}
          name={name}
          node={node}
          steps={steps.filter((step) => step.value !== name || node.kind === "menu")}
          isEntry={name === entry}
          onChange={(next) => put(name, next)}
          onFirst={() => onChange?.({ entry: name, nodes })}
          onRemove={steps.length > 1 ? () => onChange?.(withoutNode(value, name)) : undefined}
        />
      ))}
      {!isOff && (
        <Flex gap={8} wrap>
          {KINDS.map((kind) => (
            <Button
              key={kind}
              size="small"
              type="dashed"
              icon={<PlusOutlined />}
              onClick={() => onChange?.(withNode(value, kind, t(`flows.new_${kind}`)))}
            >
              {t(`flows.add_${kind}`)}
            </Button>
          ))}
        </Flex>
      )}
    </Flex>
  );
}
