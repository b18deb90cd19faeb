import type { AliyunOptions, HttpOptions, SmppOptions, SmsGatewayIn, SmsGatewayOut, TencentOptions } from "../../api";

export type GatewayKind = SmsGatewayOut["options"]["kind"];
export const GATEWAY_KINDS: GatewayKind[] = ["http", "aliyun", "tencent", "smpp"];

/** The secret that a kind needs; of HTTP there may be any, by name. */
export const SECRET_OF = {
  http: "hmac",
  aliyun: "access_key_secret",
  tencent: "secret_key",
  smpp: "password",
} as const;

type Without<O> = Omit<O, "kind">;
type Secret = { name: string; value?: string | null };

/** The form holds the options of every kind at once, and sends those of the chosen one. */
export interface GatewayForm {
  name: string;
  kind: GatewayKind;
  position: number;
  enabled: boolean;
  per_second: number;
  valid_hours: number;
  sends_again: boolean;
  options: Partial<Without<HttpOptions> & Without<AliyunOptions> & Without<TencentOptions> & Without<SmppOptions>>;
  key: string;
  secrets: Secret[];
}

const HTTP: Omit<HttpOptions, "kind"> = {
  url: "",
  method: "POST",
  headers: [],
  content: "json",
  body: '{"to": "{{to}}", "text": "{{text}}", "ref": "{{id}}"}',
  number_form: "digits",
  check_certificate: true,
  gsm7: true,
  id_path: "",
  ok_path: "",
  ok_values: [],
  later_values: [],
  error_path: "",
  sign_header: "",
  sign_over: "{{body}}",
  sign_encoding: "hex",
  report_items: "",
  report_id: "",
  report_state: "",
  report_delivered: [],
  report_failed: [],
  report_error: "",
  inbound_items: "",
  inbound_from: "",
  inbound_text: "",
  inbound_to: "",
  callback_answer: "OK",
};
const SMPP = {
  host: "",
  port: 2775,
  system_id: "",
  system_type: "",
  tls: false,
  source: "",
  source_ton: 0,
  source_npi: 0,
  dest_ton: 1,
  dest_npi: 1,
  window: 10,
  enquire_seconds: 30,
  receipt_ids: "same" as const,
};
const ENDPOINTS = {
  http: "",
  smpp: "",
  aliyun: "https://dysmsapi.aliyuncs.com",
  tencent: "https://sms.tencentcloudapi.com",
};
const FIELDS: Record<GatewayKind, string[]> = {
  http: Object.keys(HTTP),
  aliyun: ["access_key_id", "sign_name", "endpoint"],
  tencent: ["secret_id", "sdk_app_id", "sign_name", "region", "endpoint"],
  smpp: [...Object.keys(SMPP), "number_form", "check_certificate", "gsm7"],
};

export const blankGateway = (): GatewayForm => ({
  name: "",
  kind: "http",
  position: 0,
  enabled: true,
  per_second: 10,
  valid_hours: 24,
  sends_again: false,
  options: { ...HTTP, ...SMPP, region: "ap-guangzhou" },
  key: "",
  secrets: [],
});

export function gatewayForm(row: SmsGatewayOut): GatewayForm {
  const { kind, ...options } = row.options;
  const blank = blankGateway();
  return {
    ...blank,
    name: row.name,
    kind,
    position: row.position,
    enabled: row.enabled,
    per_second: row.per_second,
    valid_hours: row.valid_hours,
    sends_again: row.sends_again,
    options: { ...blank.options, ...options } as GatewayForm["options"],
    secrets: kind === "http" ? row.secrets.filter(({ name }) => name !== SECRET_OF.http) : [],
  };
}

// What leads a gateway elsewhere, or to somebody else's account: then its secret must be given again.
const WHERE = ["url", "endpoint", "host", "port", "tls", "access_key_id", "secret_id", "system_id"] as const;

/** Whether the gateway's own secret must be typed: nothing is stored, or it would be sent to another place. */
export function needsKey(row: SmsGatewayOut | null, form: Pick<GatewayForm, "kind" | "options">): boolean {
  if (form.kind === "http" && !form.options?.sign_header) return false;
  const stored = row?.options as Record<string, unknown> | undefined;
  if (!stored || stored.kind !== form.kind) return true;
  if (!row?.secrets.some(({ name }) => name === SECRET_OF[form.kind])) return true;
  const typed = form.options as Record<string, unknown>;
  return WHERE.some((name) => stored[name] !== undefined && typed[name] !== undefined && stored[name] !== typed[name]);
}

/** A secret left empty stays as it is stored. */
export function gatewayBody({ kind, options, key, secrets, ...form }: GatewayForm, stored: boolean): SmsGatewayIn {
  const chosen = Object.fromEntries(
    FIELDS[kind].map((name) => {
      const value = (options as Record<string, unknown>)[name];
      return [name, name === "endpoint" ? value || ENDPOINTS[kind] : (value ?? "")];
    }),
  );
  const signs = kind !== "http" || Boolean(options.sign_header);
  const own = signs && (key || stored || kind !== "http") ? [{ name: SECRET_OF[kind], value: key || null }] : [];
  const named = kind === "http" ? secrets.map(({ name, value }) => ({ name, value: value || null })) : [];
  return { ...form, options: { ...chosen, kind }, secrets: [...named, ...own] } as unknown as SmsGatewayIn;
}
