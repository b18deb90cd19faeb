import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Badge, Button, Checkbox, Collapse, Empty, Flex, Popconfirm, Select, Table, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { deleteVoicemail } from "../../api";
import { request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import type { Page } from "../../lib/resource";
import { useMe } from "../../lib/session";
import { BOXES, useBoxes } from "../../lib/voicemail";
import { clockText, dateTimeText } from "../../phone/time";
import { TierTag } from "../../ui/TierTag";
import { BoxDrawer } from "./BoxDrawer";
import { ForwardVoicemail } from "./ForwardVoicemail";
import { Player } from "./Player";
import type { Voicemail } from "./types";
import { VoicemailFigures } from "./VoicemailFigures";
import { DialNumber } from "./words";

/** The messages left for this person's boxes; the new ones are marked until they are played. */
export function VoicemailList() {
  const { t, i18n } = useTranslation("desk");
  const { message } = App.useApp();
  const { role } = useMe();
  const [address, setAddress] = useSearchParams();
  const unheard = address.get("unheard") === "true";
  const box = address.get("box") ?? undefined;
  const [playing, setPlaying] = useState<string | null>(null);
  const [forwarding, setForwarding] = useState<Voicemail | null>(null);
  const queries = useQueryClient();
  const changed = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["voicemails"] }),
      queries.invalidateQueries({ queryKey: BOXES, exact: true }),
    ]);
  const { data, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["voicemails", unheard, box],
    queryFn: ({ pageParam }) =>
      request<Page<Voicemail>>("GET", "/voicemails", {
        query: { unheard: unheard || undefined, sort: unheard ? "key" : undefined, box, limit: 50, cursor: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const remove = useMutation({
    mutationFn: (id: string) => deleteVoicemail({ path: { voicemail_id: id }, throwOnError: true }),
    onSuccess: async () => {
      message.success(t("voicemail.deleted"));
      await changed();
    },
    onError: (error) => void message.error(problemFrom(error, 0).message),
  });
  const keeps = role !== "auditor";
  return (
    <>
      <VoicemailFilter box={box} unheard={unheard} change={(changes) => setAddress(changes, { replace: true })} />
      {role !== "agent" && (
        <Collapse
          size="small"
          style={{ marginBlockEnd: 12 }}
          items={[{ key: "figures", label: t("voicemail.figures"), children: <VoicemailFigures /> }]}
        />
      )}
      <Table<Voicemail>
        size="small"
        rowKey="id"
        loading={isPending}
        pagination={false}
        scroll={{ x: "max-content" }}
        dataSource={data?.pages.flatMap((page) => page.items) ?? []}
        expandable={{
          expandedRowKeys: playing ? [playing] : [],
          showExpandColumn: false,
          expandedRowRender: ({ id }) => (
            <Player autoPlay source={`/api/v1/voicemails/${id}/sound`} onPlay={() => void changed()} />
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
            render: (_, row) => (
              <span className="calls-word">
                <DialNumber number={row.caller} journey={row.journey} voicemail={row.id} />
                <TierTag tier={row.tier} />
              </span>
            ),
          },
          { title: t("voicemail.box"), render: (_, row) => row.box.name },
          { title: t("voicemail.length"), align: "right", render: (_, row) => clockText(row.seconds) },
          { title: t("voicemail.heard_by"), render: (_, row) => <Fate row={row} /> },
          {
            title: "",
            render: (_, row) => (
              <span className="calls-word">
                <Button size="small" onClick={() => setPlaying(playing === row.id ? null : row.id)}>
                  {t(playing === row.id ? "player.close" : "player.play")}
                </Button>
                {keeps && (
                  <>
                    <Button size="small" onClick={() => setForwarding(row)}>
                      {t("voicemail.forward")}
                    </Button>
                    <Popconfirm
                      title={t("voicemail.delete_sure")}
                      okText={t("voicemail.delete")}
                      okButtonProps={{ danger: true }}
                      onConfirm={() => remove.mutateAsync(row.id)}
                    >
                      <Button size="small" danger>
                        {t("voicemail.delete")}
                      </Button>
                    </Popconfirm>
                  </>
                )}
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
      {forwarding && <ForwardVoicemail voicemail={forwarding} onClose={() => setForwarding(null)} />}
    </>
  );
}

/** What became of a message: who heard it, who sent it on, who called back. */
function Fate({ row }: { row: Voicemail }) {
  const { t } = useTranslation("desk");
  const told = [
    row.heard_at && (row.heard_by?.name || t("voicemail.heard")),
    row.forwarded_by && t("voicemail.forwarded_by", { name: row.forwarded_by.name }),
    row.called_back_at && t("voicemail.called_back", { name: row.called_back_by?.name ?? "" }),
  ].filter(Boolean);
  return <Typography.Text>{told.join(" · ") || t("voicemail.nobody")}</Typography.Text>;
}

interface FilterProps {
  box: string | undefined;
  unheard: boolean;
  change: (address: Record<string, string>) => void;
}

/** Which box, new ones only or all; and the way to the settings of the box. */
function VoicemailFilter({ box, unheard, change }: FilterProps) {
  const { t } = useTranslation("desk");
  const boxes = useBoxes();
  const [setting, setSetting] = useState<string | null>(null);
  const editable = boxes.filter((one) => one.editable);
  const chosen = editable.find((one) => one.id === box) ?? editable.find((one) => one.mine);
  const go = (to: { box?: string | undefined; unheard: boolean }) =>
    change({ tab: "voicemail", ...(to.box ? { box: to.box } : {}), ...(to.unheard ? { unheard: "true" } : {}) });
  return (
    <Flex gap={12} wrap align="center" className="calls-filters">
      <Select
        aria-label={t("voicemail.box")}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("voicemail.all_boxes")}
        style={{ minWidth: 220 }}
        value={box}
        onChange={(id?: string) => go({ box: id, unheard })}
        options={boxes.map((one) => ({
          value: one.id,
          label: one.new > 0 ? `${one.name} (${one.new})` : one.name,
        }))}
      />
      <Checkbox checked={unheard} onChange={(event) => go({ box, unheard: event.target.checked })}>
        {t("voicemail.unheard")}
      </Checkbox>
      {chosen && (
        <Button onClick={() => setSetting(chosen.id)}>{t("voicemail.settings_of", { name: chosen.name })}</Button>
      )}
      {setting && <BoxDrawer id={setting} onClose={() => setSetting(null)} />}
    </Flex>
  );
}
