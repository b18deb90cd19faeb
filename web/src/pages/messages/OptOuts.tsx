import { PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Empty, Flex, Input, Popconfirm, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addSmsOptOut, listSmsOptOuts, type OptOutOut, removeSmsOptOut } from "../../api";
import { shownNumber } from "../../lib/numbers";
import { problemFrom } from "../../lib/problem";
import { useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";

/** Who wants no messages; leaders add and remove numbers. */
export function OptOuts() {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { role } = useMe();
  const queries = useQueryClient();
  const [number, setNumber] = useState("");
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["sms-opt-outs"],
    queryFn: async ({ pageParam }) =>
      (await listSmsOptOuts({ query: { limit: 50, cursor: pageParam }, throwOnError: true })).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const done = {
    onSuccess: () => {
      setNumber("");
      return queries.invalidateQueries({ queryKey: ["sms-opt-outs"] });
    },
    onError: (refusal: unknown) => message.error(problemFrom(refusal, 0).message || t("problem.unreachable"), 6),
  };
  const add = useMutation({ mutationFn: (to: string) => addSmsOptOut({ body: { to }, throwOnError: true }), ...done });
  const remove = useMutation({
    mutationFn: (one: string) => removeSmsOptOut({ path: { number: one }, throwOnError: true }),
    ...done,
  });
  const leads = role === "admin" || role === "supervisor";
  return (
    <>
      {error && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
      {leads && (
        <Flex gap={8} style={{ marginBlockEnd: 12 }}>
          <Input
            aria-label={t("messages.number")}
            placeholder={t("messages.number")}
            value={number}
            maxLength={40}
            style={{ width: 220 }}
            onChange={(event) => setNumber(event.target.value)}
            onPressEnter={() => number.trim() && add.mutate(number.trim())}
          />
          <Button
            icon={<PlusOutlined />}
            disabled={!number.trim()}
            loading={add.isPending}
            onClick={() => add.mutate(number.trim())}
          >
            {t("messages.add_opt_out")}
          </Button>
        </Flex>
      )}
      <Table<OptOutOut>
        size="small"
        rowKey="number"
        loading={isPending}
        pagination={false}
        dataSource={data?.pages.flatMap((page) => page.items) ?? []}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("messages.no_opt_outs")} /> }}
        columns={[
          { title: t("messages.number"), className: "number", dataIndex: "number", render: shownNumber },
          { title: t("messages.time"), render: (_, one) => dateTimeText(one.at, i18n.language) },
          {
            title: t("messages.opted_by"),
            render: (_, one) => one.by?.name ?? t("messages.himself", { word: one.word }),
          },
          {
            render: (_, one) =>
              leads && (
                <Popconfirm title={t("messages.remove_sure")} onConfirm={() => remove.mutate(one.number)}>
                  <Button size="small">{t("act.remove")}</Button>
                </Popconfirm>
              ),
          },
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
