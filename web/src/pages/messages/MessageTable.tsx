import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Empty, Flex, Select, Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { cancelMessage, retryMessage } from "../../api";
import { useAddress } from "../../lib/address";
import { shownNumber } from "../../lib/numbers";
import { problemFrom } from "../../lib/problem";
import { useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { Days, Sought } from "../../ui/Filters";
import { Dash } from "../../ui/fields";
import { SmsButton } from "../../ui/sms/SmsButton";
import { MessageState } from "./MessageState";
import { canBeCancelled, canBeTriedAgain, type Filter, type Message, STATES, useMessages } from "./messages";

/** The list with its filters, which stand in the address. */
export function MessageTable() {
  const { t, i18n } = useTranslation();
  const { address, set } = useAddress();
  const of = (name: string) => address.get(name) ?? undefined;
  const filter: Filter = {
    direction: of("direction") as Message["direction"] | undefined,
    state: of("state") as Message["state"] | undefined,
    number: of("number"),
    customer: of("customer"),
    q: of("q"),
    since: of("since"),
    until: of("until"),
  };
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useMessages(filter);

  return (
    <>
      {error && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
      <Flex gap={8} wrap style={{ marginBlockEnd: 12 }}>
        <Sought label={t("messages.find_text")} />
        <Sought name="number" label={t("messages.number")} />
        <Select
          allowClear
          aria-label={t("messages.direction")}
          placeholder={t("messages.direction")}
          value={filter.direction}
          style={{ width: 120 }}
          options={(["in", "out"] as const).map((value) => ({ value, label: t(`messages.${value}`) }))}
          onChange={(value?: string) => set({ direction: value })}
        />
        <Select
          allowClear
          aria-label={t("messages.state")}
          placeholder={t("messages.state")}
          value={filter.state}
          style={{ width: 130 }}
          options={STATES.map((value) => ({ value, label: t(`messages.state_${value}`) }))}
          onChange={(value?: string) => set({ state: value })}
        />
        <Days from="since" to="until" />
        {filter.customer && <Button onClick={() => set({ customer: undefined })}>{t("messages.all_customers")}</Button>}
      </Flex>
      <Table<Message>
        size="small"
        rowKey="id"
        loading={isPending}
        pagination={false}
        scroll={{ x: "max-content" }}
        dataSource={data?.pages.flatMap((page) => page.items) ?? []}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("messages.none")} /> }}
        columns={[
          {
            title: t("messages.time"),
            render: (_, one) => <time dateTime={one.created_at}>{dateTimeText(one.created_at, i18n.language)}</time>,
          },
          { title: t("messages.direction"), render: (_, one) => t(`messages.${one.direction}`) },
          { title: t("messages.who"), className: "number", render: (_, one) => <Who message={one} /> },
          {
            title: t("messages.text"),
            render: (_, one) => <div style={{ maxWidth: 420, whiteSpace: "pre-wrap" }}>{one.text}</div>,
          },
          { title: t("messages.parts"), align: "right", dataIndex: "parts" },
          { title: t("messages.state"), render: (_, one) => <MessageState message={one} /> },
          { title: t("messages.owner"), render: (_, one) => one.owner?.name ?? <Dash /> },
          { render: (_, one) => <Acts message={one} /> },
        ]}
      />
      {hasNextPage && (
        <Button block loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("act.more")}
        </Button>
      )}
    </>
  );
}

function Who({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { customer, number } = message;
  return (
    <Flex gap={4} align="center">
      <span>
        {customer && (
          <Link to={`?customer=${customer.id}`} title={t("messages.of_customer")}>
            {customer.name}{" "}
          </Link>
        )}
        {shownNumber(number)}
      </span>
      <SmsButton target={{ message: message.id }} name={customer?.name ?? shownNumber(number)} />
    </Flex>
  );
}

function Acts({ message: one }: { message: Message }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { role } = useMe();
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: (what: "cancel" | "retry") => {
      const call = { path: { message_id: one.id }, throwOnError: true } as const;
      return what === "cancel" ? cancelMessage(call) : retryMessage(call);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["messages"] }),
    onError: (refusal) => message.error(problemFrom(refusal, 0).message || t("problem.unreachable"), 6),
  });
  const what = canBeCancelled(one) ? "cancel" : canBeTriedAgain(one) && one.direction === "out" ? "retry" : null;
  if (!what || role === "auditor") return null;
  return (
    <Button size="small" loading={act.isPending} onClick={() => act.mutate(what)}>
      {t(`messages.${what}`)}
    </Button>
  );
}
