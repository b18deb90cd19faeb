import {
  CheckSquareOutlined,
  FileTextOutlined,
  MailOutlined,
  PhoneOutlined,
  PlayCircleOutlined,
  ShoppingOutlined,
  SoundOutlined,
} from "@ant-design/icons";
import { Alert, Button, Segmented, Tag } from "antd";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { RecordOut, TimelineItem } from "../api";
import { usePages, useTables, yuan } from "../lib/service";
import { OutcomeWord } from "../pages/calls/words";
import { MessageState } from "../pages/messages/MessageState";
import { clockText, dateTimeText } from "../phone/time";
import { FieldText } from "../ui/FieldForm";
import "./pop.css";

const Player = lazy(async () => ({ default: (await import("../pages/calls/Player")).Player }));

const KINDS = {
  all: [],
  calls: ["call", "voicemail"],
  messages: ["message"],
  service: ["memo", "record", "order", "follow_up"],
} as const;
const ICONS = {
  call: PhoneOutlined,
  voicemail: SoundOutlined,
  message: MailOutlined,
  memo: FileTextOutlined,
  order: ShoppingOutlined,
  record: CheckSquareOutlined,
  follow_up: PhoneOutlined,
};

/** Everything that was between a customer and the company, newest first. */
export default function Timeline({ customer }: { customer: string }) {
  const { t } = useTranslation();
  const [which, setWhich] = useState<keyof typeof KINDS>("all");
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = usePages<TimelineItem>(
    ["timeline", customer],
    `/customers/${customer}/timeline`,
    { kind: [...KINDS[which]] },
  );
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  if (error) return <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />;
  return (
    <>
      <Segmented
        size="small"
        aria-label={t("service.filters")}
        value={which}
        options={(Object.keys(KINDS) as (keyof typeof KINDS)[]).map((value) => ({
          value,
          label: t(`pop.show_${value}`),
        }))}
        onChange={setWhich}
      />
      {!isPending && items.length === 0 && <p className="desk-quiet">{t("customers.none_yet")}</p>}
      <ol className="desk-list">
        {items.map((item) => (
          <li key={`${item.kind}.${item.id}`}>
            <Moment item={item} />
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button block loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("service.more")}
        </Button>
      )}
    </>
  );
}

function Moment({ item }: { item: TimelineItem }) {
  const { t, i18n } = useTranslation();
  const { what, who, to } = useTold(item);
  const Icon = ICONS[item.kind];
  return (
    <div className="pop-moment">
      <Link to={to}>
        <time dateTime={item.at}>{dateTimeText(item.at, i18n.language)}</time>
      </Link>
      <span>
        <Icon aria-hidden /> {t(`pop.kind_${item.kind}`)}
      </span>
      <div className="pop-moment-text">{what}</div>
      <span className="desk-quiet" title={who}>
        {who}
      </span>
    </div>
  );
}

interface Told {
  what: ReactNode;
  who: string | undefined;
  /** Where it is shown whole. */
  to: string;
}

function useTold({ kind, id, call, voicemail, message, memo, order, record, follow_up }: TimelineItem): Told {
  const { t } = useTranslation();
  if (call) {
    const what = (
      <>
        {t(`desk:call.direction.${call.direction}`)} <OutcomeWord row={call} />{" "}
        {call.talk_seconds > 0 && clockText(call.talk_seconds)}{" "}
        {call.survey.map((meaning) => (
          <Tag key={meaning}>{t(`desk:survey.${meaning}`)}</Tag>
        ))}
        {call.recordings.map((one) => (
          <Sound key={one.id} source={`/api/v1/recordings/${one.id}/sound`} />
        ))}
      </>
    );
    return { what, who: call.agent?.name ?? call.queue?.name, to: `/calls/${id}` };
  }
  if (voicemail) {
    const what = (
      <>
        {clockText(voicemail.seconds)} {voicemail.heard_at === null && <Tag color="blue">{t("pop.unheard")}</Tag>}
        <Sound source={`/api/v1/voicemails/${id}/sound`} />
      </>
    );
    return { what, who: voicemail.box.name, to: `/calls/${voicemail.journey}` };
  }
  if (message) {
    const what = (
      <span title={message.text}>
        <Tag>{t(`messages.${message.direction}`)}</Tag>
        {message.direction === "out" && <MessageState message={message} />} {message.text}
      </span>
    );
    return { what, who: message.owner?.name, to: `/messages?customer=${message.customer?.id ?? ""}` };
  }
  if (memo)
    return { what: <span title={memo.text}>{memo.text}</span>, who: memo.author?.name, to: `/memos?open=${id}` };
  if (order) {
    const what = (
      <>
        #{order.number} <Tag color={order.status.color}>{order.status.label}</Tag> ¥{yuan(order.total)}{" "}
        {order.lines.map(({ name }) => name).join(", ")}
      </>
    );
    return { what, who: order.owner?.name, to: `/orders?open=${id}` };
  }
  if (record) {
    const what = (
      <>
        {record.table.name} #{record.number} <Tag color={record.status.color}>{record.status.label}</Tag>
        {record.overdue && <Tag color="red">{t("service.overdue")}</Tag>}{" "}
        {record.memo || <FirstField record={record} />}
      </>
    );
    return { what, who: record.owner?.name, to: `/records/${record.table.id}?open=${id}` };
  }
  const what = follow_up && (
    <>
      {follow_up.record.table.name} #{follow_up.record.number}{" "}
      {follow_up.result ? t(`follow_ups.result_${follow_up.result}`) : t("pop.owed")}
    </>
  );
  return { what, who: follow_up?.owner?.name, to: kind === "follow_up" ? `/follow-ups?open=${id}` : "/customers" };
}

/** What a record says first, where nobody wrote more about it. */
function FirstField({ record }: { record: RecordOut }) {
  const { data: tables = [] } = useTables();
  const fields = tables.find(({ id }) => id === record.table.id)?.fields ?? [];
  const field = fields.find(({ id }) => String(record.values[id] ?? "") !== ""); // no list of nothing either
  return field && <FieldText field={field} value={record.values[field.id]} />;
}

/** A recording or a message: fetched, and noted as heard, only when somebody wants to hear it. */
function Sound({ source }: { source: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (!open)
    return (
      <Button
        type="text"
        size="small"
        icon={<PlayCircleOutlined />}
        aria-label={t("desk:player.play")}
        title={t("desk:player.play")}
        onClick={() => setOpen(true)}
      />
    );
  return (
    <Suspense>
      <Player source={source} autoPlay />
    </Suspense>
  );
}
