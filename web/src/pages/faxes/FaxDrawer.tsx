import { DeleteOutlined, DownloadOutlined, RedoOutlined, StopOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Descriptions, Empty, Flex, Pagination, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { cancelFax, deleteFax, sendFaxAgain } from "../../api";
import { BASE } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import { useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { SideDrawer } from "../../ui/SideDrawer";
import { DialNumber } from "../calls/words";
import { useFaxReason, useFaxWords } from "./FaxState";
import { canBeCancelled, canBeSentAgain, type Fax, hasPages, isOpen } from "./faxes";

const ACTS = { cancel: cancelFax, again: sendFaxAgain, delete: deleteFax };

/** One fax: its pages as pictures, how it went, and what can be done with it. */
export function FaxDrawer({ fax, onClose }: { fax: Fax; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { role } = useMe();
  const queries = useQueryClient();
  const words = useFaxWords()(fax);
  const reason = useFaxReason()(fax);
  const act = useMutation({
    mutationFn: (what: keyof typeof ACTS): Promise<unknown> =>
      ACTS[what]({ path: { fax_id: fax.id }, throwOnError: true }),
    onSuccess: async (_, what) => {
      if (what === "delete") onClose();
      await queries.invalidateQueries({ queryKey: ["faxes"] });
    },
    onError: (error) => message.error(problemFrom(error, 0).message || t("problem.unreachable"), 6),
  });
  const changes = role !== "auditor";

  return (
    <SideDrawer
      open
      size={720}
      onClose={onClose}
      title={t(`faxes.one_${fax.direction}`, { number: fax.number || t("faxes.unknown") })}
      extra={
        <Flex gap={8}>
          {hasPages(fax) && (
            <Button icon={<DownloadOutlined />} href={`${BASE}/faxes/${fax.id}/pdf`} download>
              {t("faxes.download")}
            </Button>
          )}
          {changes && canBeCancelled(fax) && (
            <Button icon={<StopOutlined />} loading={act.isPending} onClick={() => act.mutate("cancel")}>
              {t("faxes.cancel")}
            </Button>
          )}
          {changes && canBeSentAgain(fax) && (
            <Button icon={<RedoOutlined />} loading={act.isPending} onClick={() => act.mutate("again")}>
              {t("faxes.again_now")}
            </Button>
          )}
          {changes && !isOpen(fax) && (
            <Popconfirm title={t("faxes.delete_sure")} onConfirm={() => act.mutate("delete")}>
              <Button danger icon={<DeleteOutlined />} loading={act.isPending}>
                {t("faxes.delete")}
              </Button>
            </Popconfirm>
          )}
        </Flex>
      }
    >
      {reason && <Alert type="warning" showIcon title={reason} style={{ marginBlockEnd: 16 }} />}
      <Descriptions
        size="small"
        column={2}
        items={[
          {
            key: "number",
            label: t(`faxes.number_${fax.direction}`),
            children: <DialNumber number={fax.number} fax={fax.id} />,
          },
          { key: "state", label: t("faxes.state"), children: words },
          { key: "time", label: t("faxes.time"), children: dateTimeText(fax.created_at, i18n.language) },
          { key: "box", label: t("faxes.box"), children: fax.box.name || t("destination.gone") },
          { key: "station", label: t("faxes.station"), children: fax.station || "–" },
          ...(fax.direction === "out"
            ? [
                { key: "by", label: t("faxes.by"), children: fax.created_by?.name ?? "–" },
                { key: "attempts", label: t("faxes.attempts"), children: fax.attempts },
                { key: "file", label: t("faxes.file"), children: fax.name || "–" },
              ]
            : []),
          ...(fax.journey
            ? [
                {
                  key: "call",
                  label: t("faxes.call"),
                  children: <Link to={`/calls/${fax.journey}`}>{t(fax.t38 ? "faxes.as_data" : "faxes.as_sound")}</Link>,
                },
              ]
            : []),
        ]}
      />
      {hasPages(fax) ? (
        <Pages fax={fax} />
      ) : (
        <Empty description={t(fax.state === "unreadable" ? "faxes.unreadable" : "faxes.not_yet")} />
      )}
    </SideDrawer>
  );
}

function Pages({ fax }: { fax: Fax }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [page, setPage] = useState(1);
  const [broken, setBroken] = useState(false);
  const seen = () => {
    setBroken(false);
    if (fax.direction === "in" && fax.seen_at === null) void queries.invalidateQueries({ queryKey: ["faxes"] });
  };
  return (
    <Flex vertical gap={12} align="center" style={{ marginBlockStart: 16 }}>
      {fax.pages_total > 1 && (
        <Pagination
          size="small"
          simple
          current={page}
          pageSize={1}
          total={fax.pages_total}
          onChange={setPage}
          showSizeChanger={false}
        />
      )}
      {broken && <Alert type="error" showIcon title={t("faxes.page_broken")} />}
      <img
        key={page}
        src={`${BASE}/faxes/${fax.id}/pages/${page}`}
        alt={t("faxes.page_of", { page, total: fax.pages_total })}
        onLoad={seen}
        onError={() => setBroken(true)}
        style={{
          maxWidth: "100%",
          background: "#fff",
          border: "1px solid #8884",
          display: broken ? "none" : "block",
        }}
      />
    </Flex>
  );
}
