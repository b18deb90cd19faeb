import { Flex, Tag } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { MemoOut, MessageOut } from "../../api";
import { type Order, type ServiceRecord, usePages, yuan } from "../../lib/service";
import { dateTimeText } from "../../phone/time";
import { PagedTable } from "../../ui/PagedTable";
import type { CallRow } from "../calls/types";
import { DirectionWord, OutcomeWord } from "../calls/words";
import { MessageState } from "../messages/MessageState";

interface Of {
  customer: string;
}

interface Drawn {
  at: string;
  what: ReactNode;
  who: string | undefined;
  /** Where it is shown whole. */
  to: string;
}

interface Props<R> extends Of {
  list: "journeys" | "records" | "orders" | "memos" | "messages";
  /** The page with all of them, where it can be filtered by the customer. */
  page?: "calls" | "orders" | "memos" | "messages";
  draw: (row: R) => Drawn;
}

/** What one of the site's lists has of a customer, newest first. */
function Related<R extends { id: string }>({ list, customer, page, draw }: Props<R>) {
  const { t, i18n } = useTranslation();
  const pages = usePages<R>([list, "of-customer"], `/${list}`, { customer });
  const some = pages.data?.pages.some(({ items }) => items.length > 0);
  return (
    <>
      <PagedTable<R>
        pages={pages}
        empty={t("customers.none_yet")}
        columns={[
          {
            title: t("customers.time"),
            width: 130,
            render: (_, row) => {
              const { at, to } = draw(row);
              return (
                <Link to={to}>
                  <time dateTime={at}>{dateTimeText(at, i18n.language)}</time>
                </Link>
              );
            },
          },
          { title: t("customers.what"), render: (_, row) => draw(row).what },
          { title: t("customers.who"), width: 120, render: (_, row) => draw(row).who },
        ]}
      />
      {page && some && (
        <div style={{ marginBlockStart: 8 }}>
          <Link to={`/${page}?customer=${customer}`}>{t("customers.in_list")}</Link>
        </div>
      )}
    </>
  );
}

export function CallsOf({ customer }: Of) {
  return (
    <Related<CallRow>
      list="journeys"
      page="calls"
      customer={customer}
      draw={(call) => ({
        at: call.started_at,
        what: (
          <Flex gap={12}>
            <DirectionWord direction={call.direction} />
            <OutcomeWord row={call} />
          </Flex>
        ),
        who: call.agent?.name,
        to: `/calls/${call.id}`,
      })}
    />
  );
}

export function RecordsOf({ customer }: Of) {
  return (
    <Related<ServiceRecord>
      list="records"
      customer={customer}
      draw={({ id, created_at, table, number, status, owner }) => ({
        at: created_at,
        what: (
          <>
            {table.name} #{number} <Tag color={status.color}>{status.label}</Tag>
          </>
        ),
        who: owner?.name,
        to: `/records/${table.id}?open=${id}`,
      })}
    />
  );
}

export function OrdersOf({ customer }: Of) {
  return (
    <Related<Order>
      list="orders"
      page="orders"
      customer={customer}
      draw={({ id, created_at, number, status, total, lines, owner }) => ({
        at: created_at,
        what: (
          <>
            #{number} <Tag color={status.color}>{status.label}</Tag> ¥{yuan(total)}{" "}
            {lines.map(({ name }) => name).join(", ")}
          </>
        ),
        who: owner?.name,
        to: `/orders?open=${id}`,
      })}
    />
  );
}

export function MemosOf({ customer }: Of) {
  return (
    <Related<MemoOut>
      list="memos"
      page="memos"
      customer={customer}
      draw={({ id, created_at, text, author }) => ({
        at: created_at,
        what: <span style={{ whiteSpace: "pre-wrap" }}>{text}</span>,
        who: author?.name,
        to: `/memos?open=${id}`,
      })}
    />
  );
}

export function MessagesOf({ customer }: Of) {
  const { t } = useTranslation();
  return (
    <Related<MessageOut>
      list="messages"
      page="messages"
      customer={customer}
      draw={(message) => ({
        at: message.created_at,
        what: (
          <>
            <Tag>{t(`messages.${message.direction}`)}</Tag>
            {message.direction === "out" && <MessageState message={message} />}
            <div style={{ whiteSpace: "pre-wrap" }}>{message.text}</div>
          </>
        ),
        who: message.owner?.name,
        to: `/messages?customer=${customer}`,
      })}
    />
  );
}
