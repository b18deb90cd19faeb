import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Empty, Flex, Table, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { listMails, type MailOut, retryMail } from "../../api";
import { problemFrom } from "../../lib/problem";
import { here } from "../../lib/zone";
import { Section } from "../../ui/fields";

const COLOURS: Record<MailOut["state"], string> = {
  waiting: "default",
  running: "processing",
  done: "success",
  failed: "error",
  cancelled: "default",
};

/** What was sent, waits or was given up, newest first; looked after while it may change. */
export function Outbox() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["mails"],
    queryFn: async ({ pageParam }) =>
      (await listMails({ query: { limit: 50, cursor: pageParam }, throwOnError: true })).data,
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: 10_000,
  });
  const again = useMutation({
    mutationFn: (mail_id: string) => retryMail({ path: { mail_id }, throwOnError: true }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["mails"] }),
    onError: (refusal) => message.error(problemFrom(refusal, 0).message),
  });
  return (
    <section aria-label={t("mail.outbox")} style={{ marginBlockStart: 24 }}>
      <Section>{t("mail.outbox")}</Section>
      {error && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
      <Table<MailOut>
        rowKey="id"
        size="small"
        loading={isPending}
        dataSource={data?.pages.flatMap(({ items }) => items) ?? []}
        pagination={false}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("mail.outbox_empty")} /> }}
        columns={[
          { title: t("mail.at"), render: (_, mail) => here(mail.created_at).format("YYYY-MM-DD HH:mm") },
          { title: t("mail.to"), render: (_, mail) => mail.to.join(", ") },
          { title: t("mail.subject"), dataIndex: "subject" },
          { title: t("mail.state"), render: (_, mail) => <MailState mail={mail} /> },
          {
            render: (_, mail) =>
              mail.state === "failed" && (
                <Button size="small" onClick={() => again.mutate(mail.id)} loading={again.isPending}>
                  {t("act.try_again")}
                </Button>
              ),
          },
        ]}
      />
      {hasNextPage && (
        <Flex justify="center" style={{ marginBlockStart: 12 }}>
          <Button onClick={() => void fetchNextPage()} loading={isFetchingNextPage}>
            {t("act.more")}
          </Button>
        </Flex>
      )}
    </section>
  );
}

function MailState({ mail }: { mail: MailOut }) {
  const { t } = useTranslation();
  return (
    <div style={{ maxWidth: 420 }}>
      <Tag color={COLOURS[mail.state]}>{t(`mail.state_${mail.state}`)}</Tag>
      {mail.error && mail.state !== "done" && (
        <Typography.Text type="secondary">
          {mail.error_text} {mail.error_told}
        </Typography.Text>
      )}
      {mail.refused.length > 0 && (
        <Typography.Text type="secondary">{t("mail.refused", { to: mail.refused.join(", ") })}</Typography.Text>
      )}
    </div>
  );
}
