/** Rows as the API sends them, in words that pages read well; times are RFC 3339, seconds whole numbers unless said. */
import type {
  ConnectionOut,
  Destination as DestinationOut,
  DeviceOut,
  ExtensionOut,
  FaxBoxOut,
  InboundRouteOut,
  IvrFlowBrief,
  LogEntry as LogEntryOut,
  MeOut,
  OutboundRouteOut,
  PresenceReasonOut,
  PromptOut,
  QueueOut,
  RingGroupOut,
  ScheduleOut,
  SettingsOut,
  SiteOut,
  SkillOut,
  SmsGatewayOut,
  SmsTemplateOut,
  SurveyOut,
  TeamOut,
  TrunkOut,
  UserOut,
} from "../api";

/** `T` with some fields told more exactly than the description does; a field the API no longer has does not pass. */
type Narrow<T, N extends { [K in keyof N]: K extends keyof T ? T[K] : never }> = Omit<T, keyof N> & N;

/** What the server keeps about every row by itself. */
export type Bookkeeping = "id" | "version" | "created_at" | "updated_at";

export type { Role } from "../api";
export type Language = "zh" | "en";
export type Theme = "light" | "dark" | "system";
export type Permission = UserOut["dial_permission"];

export type Me = Narrow<MeOut, { language: Language; theme: Theme }>;
export type Site = Narrow<SiteOut, { language: Language }>;
export type Settings = Narrow<SettingsOut, { language: Language }>;
export type User = Narrow<UserOut, { language: Language; theme: Theme; number_visibility: "full" | "middle" | "name" }>;
export type Team = TeamOut;
export type Skill = SkillOut;
export type Schedule = ScheduleOut;
export type Device = Narrow<DeviceOut, { state: "online" | "offline" | "wrong_password" }>;
export type Extension = Narrow<ExtensionOut, { devices: Device[] }>;
export type Connection = ConnectionOut;
export type SmsGateway = SmsGatewayOut;
export type SmsTemplate = SmsTemplateOut;
export type Trunk = Narrow<
  TrunkOut,
  { state: "registered" | "registering" | "wrong_password" | "unreachable" | "unknown" }
>;
export type Destination = DestinationOut;
export type DestinationKind = Destination["kind"];
export type InboundRoute = Narrow<InboundRouteOut, { language: "" | Language }>;
export type OutboundRoute = OutboundRouteOut;
export type FaxBox = FaxBoxOut;
export type RingGroup = RingGroupOut;
export type Survey = SurveyOut;
export type Queue = Narrow<QueueOut, { no_agent: "wait" | "flow_out"; language: Language }>;

export type Flow = IvrFlowBrief;
export type Prompt = PromptOut;
export type Reason = PresenceReasonOut;
export type LogEntry = LogEntryOut;
