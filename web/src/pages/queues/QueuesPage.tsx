import { useTranslation } from "react-i18next";
import { useIsAdmin } from "../../lib/session";
import type { Bookkeeping, Queue } from "../../lib/types";
import { useUserChoices } from "../../ui/choices";
import { useDestinationText } from "../../ui/Destination";
import { Dash } from "../../ui/fields";
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

/** What the form holds, without what the server adds to a row. */
function toForm(row: Queue): Body {
  const names = Object.keys(blank()) as (keyof Body)[];
  return Object.fromEntries(names.map((name) => [name, row[name]])) as unknown as Body;
}

const toBody = (form: Body) => ({
  ...form,
  number: form.number || null,
  max_wait: form.max_wait ?? null,
  max_length: form.max_length ?? null,
  greeting_prompt_id: form.greeting_prompt_id ?? null,
  prefer_team_id: form.prefer_team_id ?? null,
  schedule_id: form.schedule_id ?? null,
  survey_id: form.survey_id ?? null,
  tiers: Object.fromEntries(Object.entries(form.tiers ?? {}).filter(([id]) => form.members.includes(id))),
  periodic_prompt_id: form.periodic_prompt_id ?? null,
  music_prompt_id: form.music_prompt_id ?? null,
  whisper_prompt_id: form.whisper_prompt_id ?? null,
  callback_key: form.callback_key ?? null,
  alarm_waiting: form.alarm_waiting ?? null,
  alarm_longest: form.alarm_longest ?? null,
  alarm_level: form.alarm_level ?? null,
});
const words = (row: Queue) => [row.name, row.number];

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
      nameOf={(row) => row.name}
      words={words}
      blank={blank}
      toForm={toForm}
      toBody={toBody}
      columns={[
        { title: t("queues.name"), dataIndex: "name", sorter: (a, b) => a.name.localeCompare(b.name) },
        {
          title: t("queues.number"),
          dataIndex: "number",
          className: "number",
          render: (number: string | null) => number ?? <Dash />,
        },
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
