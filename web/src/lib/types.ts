/** Rows as the API sends them; times are RFC 3339, seconds are whole numbers unless said. */

export type Role = "admin" | "supervisor" | "agent" | "auditor";
export type Language = "zh" | "en";
export type Theme = "light" | "dark" | "system";
export type Permission = "internal" | "local" | "national" | "international";

interface Configured {
  id: string;
  version: number;
}

export interface Me extends Configured {
  login: string;
  name: string;
  role: Role;
  language: Language;
  theme: Theme;
  takes_calls: boolean;
  must_change_password: boolean;
}

export interface Site {
  name: string;
  language: Language;
  set_up_done: boolean;
  version: string;
}

export interface Settings {
  version?: number;
  company_name: string;
  language: Language;
  country: string;
  time_zone: string;
  area_code: string;
  external_prefix: string;
  recording_days: number;
  set_up_done: boolean;
}

export interface User extends Me {
  staff_number: string | null;
  active: boolean;
  extension_id: string | null;
  extension: string | null;
  team_id: string | null;
  supervises: string[];
  dial_permission: Permission;
  number_visibility: "full" | "middle" | "name";
  queues: string[];
}

export interface Team extends Configured {
  name: string;
}

export interface Device extends Configured {
  extension_id: string;
  kind: "browser" | "sip";
  name: string;
  secret?: string;
  state: "online" | "offline";
  contact: string | null;
}

export interface Extension extends Configured {
  number: string;
  name: string;
  voicemail: boolean;
  ring_seconds: number;
  record: boolean;
  dial_permission: Permission;
  devices: Device[];
  user: { id: string; name: string } | null;
}

export interface Trunk extends Configured {
  name: string;
  kind: "register" | "address";
  host: string;
  port: number;
  username: string;
  has_secret: boolean;
  from_domain: string;
  outbound_proxy: string;
  match: string[];
  codecs: string[];
  caller_number: string;
  max_calls: number;
  enabled: boolean;
  state: "registered" | "registering" | "wrong_password" | "unreachable" | "unknown";
  state_detail: string | null;
}

export type DestinationKind =
  | "queue"
  | "extension"
  | "flow"
  | "voicemail_queue"
  | "voicemail_extension"
  | "announcement"
  | "outside"
  | "hang_up";

export interface Destination {
  kind: DestinationKind;
  id?: string;
  number?: string;
}

export interface InboundRoute extends Configured {
  name: string;
  did: string;
  trunk_id: string | null;
  caller: string;
  destination: Destination;
  language: "" | Language;
  enabled: boolean;
}

export interface OutboundRoute extends Configured {
  name: string;
  position: number;
  pattern: string;
  strip: number;
  prepend: string;
  trunk_ids: string[];
  permission: Permission;
  caller_number: string;
  enabled: boolean;
}

export interface Trial {
  allowed: boolean;
  why: string;
  route: { id: string; name: string } | null;
  trunks: { id: string; name: string; number_sent: string }[];
}

export interface Queue extends Configured {
  name: string;
  number: string | null;
  strategy: "ring_all" | "rotate_with_memory";
  ring_timeout: number;
  wrap_up: number;
  max_wait: number | null;
  max_length: number | null;
  no_agent: "wait" | "flow_out";
  overflow: Destination;
  weight: number;
  announce_position: boolean;
  announce_every: number;
  greeting_prompt_id: string | null;
  music: string;
  service_level_seconds: number;
  language: Language;
  record: boolean;
  members: string[];
}

export interface Sound {
  prompt?: string;
  system?: string;
}

export type FlowNode = { label?: string } & (
  | { kind: "announce"; sound: Sound; next: string }
  | { kind: "menu"; sound: Sound; keys: Record<string, string>; timeout: number; attempts: number; fallback: string }
  | { kind: "go_to"; destination: Destination }
  | { kind: "hang_up"; sound: Sound | null }
);

export interface FlowDefinition {
  entry: string;
  nodes: Record<string, FlowNode>;
}

export interface Flow extends Configured {
  name: string;
  number: string | null;
  definition: FlowDefinition;
}

export interface Prompt extends Configured {
  name: string;
  seconds: number;
  source: string;
}

export interface Reason extends Configured {
  name_zh: string;
  name_en: string;
  kind: "busy" | "away";
  position: number;
}

export interface LogEntry {
  id: number;
  at: string;
  actor: string;
  address: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}
