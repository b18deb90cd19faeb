import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Badge, Button, Checkbox, Empty, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { request } from "../../lib/http";
import type { Page } from "../../lib/resource";
import { clockText, dateTimeText } from "../../phone/time";
import { Player } from "./Player";
import type { Voicemail } from "./types";
import { DialNumber } from "./words";

/** The messages left for this person's boxes; the new ones are marked until they are played. */
export function VoicemailList() {
  const { t, i18n } = useTranslation("desk");
  const [address, setAddress] = useSearchParams();
  const unheard = address.get("unheard") === "true";
  const [playing, setPlaying] = useState<string | null>(null);
  const queries = useQueryClient();
  const { data, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["voicemails", unheard],
    queryFn: ({ pageParam }) =>
      request<Page<Voicemail>>("GET", "/voicemails", {
        query: { unheard: unheard || undefined, limit: 50, cursor: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  return (
    <>
      <div className="calls-filters">
        <Checkbox
          checked={unheard}
          onChange={(event) =>
            setAddress({ tab: "voicemail", ...(event.target.checked ? { unheard: "true" } : {}) }, { replace: true })
          }
        >
          {t("voicemail.unheard")}
        </Checkbox>
      </div>
      <Table<Voicemail>
        size="small"
        rowKey="id"
        loading={isPending}
        pagination={false}
        dataSource={data?.pages.flatMap((page) => page.items) ?? []}
        expandable={{
          expandedRowKeys: playing ? [playing] : [],
          showExpandColumn: false,
          expandedRowRender: ({ id }) => (
            <Player
              autoPlay
              source={`/api/v1/voicemails/${id}/sound`}
              onPlay={() => void queries.invalidateQueries({ queryKey: ["voicemails"] })}
            />
          ),
        }}
        locale={{ emptyText: <Empty description={t("voicemail.none")} /> }}
        columns={[
          {
            title: t("calls.column.time"),
            render: (_, row) => (
              <span className="calls-word">
                {row.heard_at === null && <Badge status="processing" text={t("voicemail.new")} />}
                <time dateTime={row.left_at}>{dateTimeText(row.left_at, i18n.language)}</time>
              </span>
            ),
          },
          {
            title: t("calls.column.other"),
            render: (_, row) => <DialNumber number={row.caller} journey={row.journey} />,
          },
          { title: t("voicemail.box"), render: (_, row) => row.box.name },
          { title: t("voicemail.length"), align: "right", render: (_, row) => clockText(row.seconds) },
          {
            title: "",
            render: (_, row) => (
              <span className="calls-word">
                <Button size="small" onClick={() => setPlaying(playing === row.id ? null : row.id)}>
                  {t(playing === row.id ? "player.close" : "player.play")}
                </Button>
                <Link to={`/calls/${row.journey}`}>{t("voicemail.call")}</Link>
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
