import type { LogEntry } from "../../lib/types";

export interface Change {
  field: string;
  before: string;
  after: string;
}

const BOOKKEEPING = new Set(["id", "version", "created_at", "updated_at"]);

function shown(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The fields that differ between before and after, in the order in which the row has them. */
export function changesOf({ before, after }: Pick<LogEntry, "before" | "after">): Change[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields
    .filter((field) => !BOOKKEEPING.has(field))
    .map((field) => ({ field, before: shown(before?.[field]), after: shown(after?.[field]) }))
    .filter((change) => change.before !== change.after);
}

const WRITTEN = [
  "user",
  "team",
  "skill",
  "queue",
  "schedule",
  "survey",
  "extension",
  "device",
  "ring_group",
  "trunk",
  "inbound_route",
  "outbound_route",
  "ivr_flow",
  "prompt",
  "presence_reason",
  "fax_box",
  "customer",
  "customer_field",
  "customer_rule",
  "segment",
  "customer_view",
  "connection",
  "api_key",
  "table",
  "record",
  "product_category",
  "product",
  "order",
  "memo",
  "sms_gateway",
  "sms_template",
];

/** What the log is asked for by: everything that the site notes. */
export const ACTIONS = [
  "session.created",
  "session.ended",
  "session.refused",
  "user.password_changed",
  "agent.signed_in",
  "agent.signed_out",
  "agent.presence",
  "call.forced_hang_up",
  "callback.cancelled",
  "call.listened_to",
  "call.whispered_in",
  "call.barged_in",
  "call.taken_over",
  "settings.updated",
  "mail_settings.updated",
  "mail.tried_again",
  "system_prompt.updated",
  "schedule.switched",
  "recording.played",
  "recording.deleted",
  "recordings.expired",
  "voicemail.played",
  "voicemail.forwarded",
  "voicemail.deleted",
  "voicemails.expired",
  "voicemail_box.updated",
  "voicemail_box.pin_changed",
  "voicemail_box.locked",
  "fax.opened",
  "fax.sent",
  "fax.cancelled",
  "fax.tried_again",
  "fax.deleted",
  "faxes.expired",
  "customer.merged",
  "customer.exported",
  "customer.erased",
  "customers.downloaded",
  "customers.edited",
  "customer_value.downloaded",
  "mailing.created",
  "customers.expired",
  "customer.left_to_rules",
  "customer_rules.applied",
  "customer_rules.reordered",
  "customers.import_uploaded",
  "customers.import_started",
  "customers.import_cancelled",
  "customers.imported",
  "customers.import_undo_started",
  "customers.import_undone",
  "customers.import_faults_downloaded",
  "customers.template_downloaded",
  "ivr_flow.drafted",
  "ivr_flow.published",
  "ivr_flow.rolled_back",
  "record.status",
  "record.submitted",
  "record.answered",
  "record.restored",
  "records.downloaded",
  "follow_up.created",
  "follow_up.updated",
  "follow_up.closed",
  "memo.restored",
  "order.status",
  "order.restored",
  "orders.downloaded",
  "order_statuses.updated",
  "message.sent",
  "messages.sent",
  "messages.cancelled",
  "message.cancelled",
  "message.tried_again",
  "messages.expired",
  "mailings.expired",
  "sms.opted_in",
  "sms.opted_out",
  "sms_settings.updated",
  "webhook_secret.created",
  "customer_fields.reordered",
  "customer.restored",
  "job.created",
  "job.cancelled",
  ...WRITTEN.flatMap((kind) => ["created", "updated", "deleted"].map((verb) => `${kind}.${verb}`)),
];
