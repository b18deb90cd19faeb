/** All kinds of steps: how each looks on the drawing, what it says of itself, and the form that changes it. */
import {
  ApartmentOutlined,
  ApiOutlined,
  AppstoreOutlined,
  AudioOutlined,
  BranchesOutlined,
  ClockCircleOutlined,
  DatabaseOutlined,
  EditOutlined,
  ExportOutlined,
  GlobalOutlined,
  MailOutlined,
  MessageOutlined,
  NumberOutlined,
  PhoneOutlined,
  RollbackOutlined,
  SolutionOutlined,
  SoundOutlined,
} from "@ant-design/icons";
import type { ComponentType, ReactNode } from "react";
import type { FlowNode, NodeKind, NodeOf } from "../../lib/flow";
import { AnnounceForm } from "./forms/AnnounceForm";
import { ConditionForm } from "./forms/ConditionForm";
import { DigitsForm } from "./forms/DigitsForm";
import { GoToForm } from "./forms/GoToForm";
import { HangUpForm } from "./forms/HangUpForm";
import { HoursForm } from "./forms/HoursForm";
import { LanguageForm } from "./forms/LanguageForm";
import { LookupForm } from "./forms/LookupForm";
import { MenuForm } from "./forms/MenuForm";
import type { FormProps } from "./forms/parts";
import { RecordForm } from "./forms/RecordForm";
import { RunFlowForm } from "./forms/RunFlowForm";
import { SayForm } from "./forms/SayForm";
import { SendForm } from "./forms/SendForm";
import { SetForm } from "./forms/SetForm";
import { SmsForm } from "./forms/SmsForm";
import { WebhookForm } from "./forms/WebhookForm";
import type { Words } from "./words";

export type Group = "say" | "ask" | "decide" | "data" | "lead";

interface Kind<K extends NodeKind> {
  icon: ReactNode;
  /** Steps of a group share a colour and a part of the palette. */
  group: Group;
  /** The second line of the step on the drawing; "" while nothing is chosen. */
  summary: (node: NodeOf<K>, words: Words) => string;
  /** None: there is nothing to choose. */
  Form?: ComponentType<FormProps<K>>;
}

const KINDS: { [K in NodeKind]: Kind<K> } = {
  announce: {
    icon: <SoundOutlined />,
    group: "say",
    summary: ({ sound }, { sound: told }) => told(sound),
    Form: AnnounceForm,
  },
  say: {
    icon: <NumberOutlined />,
    group: "say",
    summary: ({ value, style }, { t }) => (value ? `${value} · ${t(`style.${style}`)}` : ""),
    Form: SayForm,
  },
  menu: {
    icon: <AppstoreOutlined />,
    group: "ask",
    summary: ({ sound }, { sound: told }) => told(sound),
    Form: MenuForm,
  },
  digits: {
    icon: <SolutionOutlined />,
    group: "ask",
    summary: ({ variable, sound }, { sound: told }) =>
      [variable && `→ ${variable}`, told(sound)].filter(Boolean).join(" · "),
    Form: DigitsForm,
  },
  record: {
    icon: <AudioOutlined />,
    group: "ask",
    summary: ({ variable, longest }, { t }) =>
      `${variable ? `→ ${variable} · ` : ""}≤ ${longest} ${t("translation:unit.seconds")}`,
    Form: RecordForm,
  },
  hours: {
    icon: <ClockCircleOutlined />,
    group: "decide",
    summary: ({ schedule }, words) => words.schedule(schedule),
    Form: HoursForm,
  },
  condition: {
    icon: <BranchesOutlined />,
    group: "decide",
    summary: ({ cases }, { t }) => t("step.cases", { count: cases.length }),
    Form: ConditionForm,
  },
  set: {
    icon: <EditOutlined />,
    group: "decide",
    summary: ({ variable, value }) => (variable ? `${variable} = ${value}` : ""),
    Form: SetForm,
  },
  language: {
    icon: <GlobalOutlined />,
    group: "decide",
    summary: ({ language }, { t }) => t(`field.${language}`),
    Form: LanguageForm,
  },
  lookup: {
    icon: <DatabaseOutlined />,
    group: "data",
    summary: ({ source, outputs }, { t }) => {
      const kept = outputs.map(({ variable }) => variable).filter(Boolean);
      const asked = source.kind ? t(`source.${source.kind}`) : "";
      return kept.length ? `${asked} → ${kept.join(", ")}` : asked;
    },
    Form: LookupForm,
  },
  send: {
    icon: <MailOutlined />,
    group: "data",
    summary: ({ to, subject }) => [to, subject].filter(Boolean).join(" · "),
    Form: SendForm,
  },
  sms: {
    icon: <MessageOutlined />,
    group: "data",
    summary: ({ to, template, text }, words) => [to, words.smsTemplate(template) || text].filter(Boolean).join(" · "),
    Form: SmsForm,
  },
  webhook: { icon: <ApiOutlined />, group: "data", summary: ({ url }) => url, Form: WebhookForm },
  go_to: {
    icon: <ExportOutlined />,
    group: "lead",
    summary: ({ destination }, words) => words.destination(destination),
    Form: GoToForm,
  },
  run_flow: {
    icon: <ApartmentOutlined />,
    group: "lead",
    summary: ({ flow }, words) => words.flow(flow),
    Form: RunFlowForm,
  },
  return: { icon: <RollbackOutlined />, group: "lead", summary: () => "" },
  hang_up: {
    icon: <PhoneOutlined rotate={135} />,
    group: "lead",
    summary: ({ sound }, { sound: told, t }) => told(sound) || t("field.nothing"),
    Form: HangUpForm,
  },
};

export const NODE_KINDS = Object.keys(KINDS) as NodeKind[];

/** The kind of a step, as if every kind were any: what it holds fits the step that it was asked for. */
export function kindOf(kind: NodeKind): Kind<NodeKind> {
  return KINDS[kind] as unknown as Kind<NodeKind>;
}

export function summaryOf(node: FlowNode, words: Words): string {
  return kindOf(node.kind).summary(node, words);
}

export const GROUPS: Group[] = ["say", "ask", "decide", "data", "lead"];
