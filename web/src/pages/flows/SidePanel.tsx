import { CopyOutlined, DeleteOutlined, FlagOutlined } from "@ant-design/icons";
import { Button, ConfigProvider, Empty, Flex, Input, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { FlowNode } from "../../lib/flow";
import { useEditor, useEditorStore, useFlow } from "./editor";
import { exitParts, exitsOf, withExit } from "./exits";
import { Field, StepSelect } from "./forms/parts";
import { kindOf } from "./kinds";
import { ProblemText } from "./Problems";
import { StepTraffic } from "./StepTraffic";
import type { Drawing } from "./useDrawing";
import { useWords } from "./words";

interface Props {
  drawing: Drawing;
  readOnly: boolean;
}

/** The selected step: its name, the form of its kind, and where it leads. */
export function SidePanel({ drawing, readOnly }: Props) {
  const { t } = useTranslation("flow");
  const flow = useFlow();
  const selected = useEditor((state) => state.selected);
  const [name] = selected;
  const node = name === undefined ? undefined : flow.nodes[name];

  if (selected.length > 1)
    return (
      <Flex vertical gap={12} align="start">
        <strong>{t("step.many", { count: selected.length })}</strong>
        {!readOnly && <Actions drawing={drawing} />}
      </Flex>
    );
  if (!node || name === undefined) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("step.none")} />;
  return (
    <ConfigProvider componentDisabled={readOnly}>
      <StepForm key={name} name={name} node={node} isFirst={flow.entry === name} />
      {!readOnly && <Actions drawing={drawing} />}
    </ConfigProvider>
  );
}

function Actions({ drawing }: { drawing: Drawing }) {
  const { t } = useTranslation("flow");
  return (
    <Flex gap={8} style={{ marginBlockStart: 16 }}>
      <Button icon={<CopyOutlined />} onClick={drawing.duplicate}>
        {t("step.duplicate")}
      </Button>
      <Button danger type="text" icon={<DeleteOutlined />} onClick={drawing.remove}>
        {t("step.remove")}
      </Button>
    </Flex>
  );
}

interface StepProps {
  name: string;
  node: FlowNode;
  isFirst: boolean;
}

function StepForm({ name, node, isFirst }: StepProps) {
  const { t } = useTranslation("flow");
  const words = useWords();
  const editor = useEditorStore();
  const problems = useEditor((state) => state.problems[name]);
  const { icon, group, Form } = kindOf(node.kind);
  const { put, begin } = editor.getState();
  // Keys and cases are led on in the form itself, beside what they are.
  const exits = exitsOf(node).filter(({ id }) => !["key", "case"].includes(exitParts(id)[0]));

  return (
    <Flex vertical gap={12}>
      <Flex gap={8} align="center" className={`flow-${group}`}>
        <span className="flow-icon" aria-hidden="true">
          {icon}
        </span>
        <strong style={{ flex: 1 }}>{words.kind(node)}</strong>
        {isFirst ? (
          <Tag variant="filled" color="processing">
            {t("step.first")}
          </Tag>
        ) : (
          <Button size="small" type="text" icon={<FlagOutlined />} onClick={() => begin(name)}>
            {t("step.make_first")}
          </Button>
        )}
      </Flex>
      {problems && (
        <ul className="flow-problems-here">
          {problems.map((problem) => (
            <li key={problem.code + problem.en}>
              <ProblemText problem={problem} />
            </li>
          ))}
        </ul>
      )}
      <StepTraffic name={name} node={node} />
      <Field label={t("step.label")}>
        <Input
          aria-label={t("step.label")}
          value={node.label}
          placeholder={name}
          maxLength={80}
          onChange={(event) => put(name, { ...node, label: event.target.value }, "label")}
        />
      </Field>
      <p className="flow-quiet" style={{ margin: 0 }}>
        {t(`about.${node.kind}`)}
      </p>
      {Form && <Form node={node} change={(part, mark) => put(name, { ...node, ...part } as FlowNode, mark)} />}
      {exits.map(({ id, to }) => (
        <Field key={id} label={t("step.exit_leads_to", { exit: words.exit(node, id) })}>
          <StepSelect
            label={t("step.exit_leads_to", { exit: words.exit(node, id) })}
            value={to}
            from={name}
            onChange={(next) => put(name, withExit(node, id, next))}
          />
        </Field>
      ))}
    </Flex>
  );
}
