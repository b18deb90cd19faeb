import { useTranslation } from "react-i18next";
import { useIsAdmin } from "../../lib/session";
import type { Bookkeeping, Queue } from "../../lib/types";
import { useUserChoices } from "../../ui/choices";
import { useDestinationText } from "../../ui/Destination";
import { Dash, insideNumberColumn, nameColumn } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { BoxButton } from "../calls/BoxDrawer";
import { QueueFields } from "./QueueFields";

type Body = Omit<Queue, Bookkeeping>;

const blank = (): Body => ({
  name: "",
  number: null,
  strategy: "ring_all",
  ring_timeout: 20,
  wrap_up: 10,
  max_wait: 300,
  max_length: null,
  no_agent: "wait",
  overflow: { kind: "voicemail_queue" },
  weight: 0,
  announce_position: true,
  announce_every: 30,
  announce_wait: false,
  announce_agent: false,
  greeting_prompt_id: null,
  periodic_prompt_id: null,
  music_prompt_id: null,
  whisper_prompt_id: null,
  exit_keys: {},
  callback_key: null,
  callback_attempts: 3,
  callback_retry_minutes: 10,
  caller_number: "",
  service_level_seconds: 20,
  alarm_waiting: null,
  alarm_longest: null,
  alarm_level: null,
  language: "zh",
  record: true,
  members: [],
  tiers: {},
  tier_after: 0,
  skills: [],
  tier_weight: 0,
  sticky_days: 0,
  sticky_patience: 0,
  prefer_team_id: null,
  misses_until_busy: 0,
  overflow_steps: [],
  schedule_id: null,
  closed: { kind: "voicemail_queue" },
  survey_id: null,
  survey_pause_days: 0,
});

/** Tiers of those who are no members any more go. */
const toBody = ({ tiers, ...form }: Body) => ({
  ...form,
  tiers: Object.fromEntries(Object.entries(tiers ?? {}).filter(([id]) => form.members.includes(id))),
});

export default function QueuesPage() {
  const { t } = useTranslation();
  const users = useUserChoices();
  const where = useDestinationText();
  const isAdmin = useIsAdmin();

  const members = (ids: string[]) => {
    const names = ids.map((id) => users.find((user) => user.value === id)?.label ?? "?");
    return names.length > 4 ? `${names.slice(0, 4).join(", ")} … (${names.length})` : names.join(", ");
  };

  return (
    <ResourcePage<Queue, Body>
      kind="queues"
      texts="queues"
      width={640}
      blank={blank}
      toBody={toBody}
      columns={[
        nameColumn(t("queues.name")),
        insideNumberColumn(t("queues.number")),
        { title: t("queues.strategy"), render: (_, row) => t(`queues.${row.strategy}`) },
        { title: t("queues.members"), render: (_, row) => members(row.members) || <Dash /> },
        {
          title: t("queues.max_wait"),
          align: "right",
          render: (_, row) => (row.max_wait === null ? t("unit.no_limit") : `${row.max_wait} ${t("unit.seconds")}`),
        },
        { title: t("queues.wrap_up"), align: "right", render: (_, row) => `${row.wrap_up} ${t("unit.seconds")}` },
        { title: t("queues.overflow_title"), render: (_, row) => where(row.overflow) },
      ]}
      below={(row) => isAdmin && <BoxButton id={row.id} />}
      fields={(row) => <QueueFields users={users} own={row?.id} />}
    />
  );
}
