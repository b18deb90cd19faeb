import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Empty, Popconfirm, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import type { Page } from "../../lib/resource";
import { useMe } from "../../lib/session";
import { dateTimeText, timeText } from "../../phone/time";
import { TierTag } from "../../ui/TierTag";
import type { Callback } from "./types";
import { DialNumber } from "./words";

const TONE: Record<Callback["state"], string> = {
  waiting: "warning",
  ringing: "processing",
  done: "success",
  failed: "error",
  cancelled: "default",
};
const FRESH = 5_000; // milliseconds; states change by themselves

/** Who asked to be called back, in which state that is, and calling it off. */
export function CallbackList() {
  const { t, i18n } = useTranslation("desk");
  const { message } = App.useApp();
  const [address, setAddress] = useSearchParams();
  const open = address.get("open") !== "false";
  const queries = useQueryClient();
  const mayCancel = useMe().role !== "auditor";
  const { data, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["callbacks", open],
    queryFn: ({ pageParam }) =>
      request<Page<Callback>>("GET", "/callbacks", {
        query: { open: open || undefined, sort: open ? "key" : undefined, limit: 50, cursor: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: FRESH,
  });
  const cancel = async (id: string) => {
    try {
      await request("DELETE", `/callbacks/${id}`);
      message.success(t("callback.was_cancelled"));
    } catch (error) {
      message.error(problemFrom(error, 0).message);
    }
    await queries.invalidateQueries({ queryKey: ["callbacks"] });
  };

  return (
    <>
      <div className="calls-filters">
        <Checkbox
          checked={open}
          onChange={(event) =>
            setAddress({ tab: "callbacks", ...(event.target.checked ? {} : { open: "false" }) }, { replace: true })
          }
        >
          {t("callback.open_only")}
        </Checkbox>
      </div>
      <Table<Callback>
        size="small"
        rowKey="id"
        loading={isPending}
        pagination={false}
        dataSource={data?.pages.flatMap((page) => page.items) ?? []}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: <Empty description={t(open ? "callback.none_open" : "callback.none")} /> }}
        columns={[
          {
            title: t("callback.asked_at"),
            render: (_, row) => <time dateTime={row.asked_at}>{dateTimeText(row.asked_at, i18n.language)}</time>,
          },
          {
            title: t("calls.column.other"),
            render: (_, row) => (
              <span className="calls-word">
                <DialNumber number={row.number} journey={row.origin_journey} />
                <TierTag tier={row.tier} />
              </span>
            ),
          },
          { title: t("calls.column.queue"), render: (_, row) => row.queue.name },
          {
            title: t("callback.state"),
            render: (_, row) => (
              <span className="calls-word">
                <Tag color={TONE[row.state]}>{t(`callback.states.${row.state}`)}</Tag>
                <span className="calls-quiet">
                  {row.due_at && t("callback.due", { time: timeText(row.due_at, i18n.language) })}
                  {!row.due_at && row.reason && t(`callback.reasons.${row.reason}`, row.reason)}
                </span>
              </span>
            ),
          },
          { title: t("callback.attempts"), align: "right", dataIndex: "attempts" },
          {
            title: "",
            render: (_, row) => (
              <span className="calls-word">
                <Link to={`/calls/${row.origin_journey}`}>{t("callback.first_call")}</Link>
                {row.journey && <Link to={`/calls/${row.journey}`}>{t("callback.last_call")}</Link>}
                {mayCancel && (row.state === "waiting" || row.state === "ringing") && (
                  <Popconfirm title={t("callback.cancel_sure")} onConfirm={() => cancel(row.id)}>
                    <Button size="small">{t("callback.cancel")}</Button>
                  </Popconfirm>
                )}
              </span>
            ),
          },
        ]}
      />
      {hasNextPage && (
        <Button block loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("calls.more")}
        </Button>
      )}
    </>
  );
}
