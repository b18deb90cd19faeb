import { useInfiniteQuery } from "@tanstack/react-query";
import { Alert, Button, Empty, Table, type TableColumnsType, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { request } from "../../lib/http";
import type { Page } from "../../lib/resource";
import { useMe } from "../../lib/session";
import { clockText, dateTimeText } from "../../phone/time";
import { CallbackList } from "./CallbackList";
import { FilterBar } from "./FilterBar";
import { type Filters, filtersOf, withFilters } from "./filters";
import type { CallRow } from "./types";
import { VoicemailList } from "./VoicemailList";
import { DialNumber, DirectionWord, OutcomeWord, RecordingMark } from "./words";

function useColumns(): TableColumnsType<CallRow> {
  const { t, i18n } = useTranslation("desk");
  return [
    {
      title: t("calls.column.time"),
      key: "time",
      render: (_, row) => <time dateTime={row.started_at}>{dateTimeText(row.started_at, i18n.language)}</time>,
    },
    {
      title: t("calls.column.direction"),
      key: "direction",
      render: (_, row) => <DirectionWord direction={row.direction} />,
    },
    {
      title: t("calls.column.other"),
      key: "other",
      render: (_, row) => (
        <DialNumber
          number={row.direction === "inbound" ? row.from : row.to}
          name={row.customer?.name}
          journey={row.id}
        />
      ),
    },
    { title: t("calls.column.outcome"), key: "outcome", render: (_, row) => <OutcomeWord row={row} /> },
    { title: t("calls.column.queue"), key: "queue", render: (_, row) => row.queue?.name },
    { title: t("calls.column.agent"), key: "agent", render: (_, row) => row.agent?.name },
    {
      title: t("calls.column.wait"),
      key: "wait",
      align: "right",
      render: (_, row) => (row.queue ? clockText(row.wait_seconds) : ""),
    },
    {
      title: t("calls.column.talk"),
      key: "talk",
      align: "right",
      render: (_, row) => (row.answered_at ? clockText(row.talk_seconds) : ""),
    },
    { title: "", key: "recording", render: (_, row) => row.has_recording && <RecordingMark /> },
  ];
}

function CallList() {
  const { t } = useTranslation("desk");
  const [address, setAddress] = useSearchParams();
  const navigate = useNavigate();
  const filters = filtersOf(address);
  const columns = useColumns();
  const { data, isPending, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ["journeys", "list", filters],
    queryFn: ({ pageParam }) =>
      request<Page<CallRow>>("GET", "/journeys", { query: { ...filters, limit: 50, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const change = (changes: Filters) => setAddress(withFilters(address, changes), { replace: true });
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <FilterBar filters={filters} onChange={change} />
      {error && (
        <Alert
          type="error"
          showIcon
          title={error.message}
          action={<Button onClick={() => void refetch()}>{t("again")}</Button>}
        />
      )}
      <Table<CallRow>
        size="small"
        rowKey="id"
        className="calls-table"
        columns={columns}
        loading={isPending}
        dataSource={data?.pages.flatMap((page) => page.items) ?? []}
        pagination={false}
        scroll={{ x: "max-content" }}
        onRow={(row) => ({
          tabIndex: 0,
          "aria-label": t("calls.open"),
          onClick: () => navigate(`/calls/${row.id}`),
          onKeyDown: (event) => {
            if (event.key === "Enter" && event.target === event.currentTarget) navigate(`/calls/${row.id}`);
          },
        })}
        locale={{ emptyText: <Empty description={t(filtered ? "calls.none_filtered" : "calls.none")} /> }}
      />
      {hasNextPage && (
        <Button block loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("calls.more")}
        </Button>
      )}
    </>
  );
}

/** All calls this person may see, and the messages that were left. */
export default function CallsPage() {
  const { t } = useTranslation("desk");
  const [address, setAddress] = useSearchParams();
  const leads = useMe().role !== "agent";
  const asked = address.get("tab");
  const tab = asked === "voicemail" || (asked === "callbacks" && leads) ? asked : "calls";
  return (
    <div className="calls">
      <Tabs
        activeKey={tab}
        onChange={(key) => setAddress(key === "calls" ? {} : { tab: key })}
        items={[
          { key: "calls", label: t("calls.title"), children: tab === "calls" && <CallList /> },
          { key: "voicemail", label: t("voicemail.title"), children: tab === "voicemail" && <VoicemailList /> },
          ...(leads
            ? [{ key: "callbacks", label: t("callback.title"), children: tab === "callbacks" && <CallbackList /> }]
            : []),
        ]}
      />
    </div>
  );
}
