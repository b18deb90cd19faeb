import { useQuery } from "@tanstack/react-query";
import { Segmented, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getVoicemailStatistics } from "../../api";

const DAYS = [7, 30, 90];

/** How many messages each queue got in the last days, how many were heard, and how many callers called back. */
export function VoicemailFigures() {
  const { t } = useTranslation("desk");
  const [days, setDays] = useState(7);
  const { data, isPending } = useQuery({
    queryKey: ["voicemails", "figures", days],
    queryFn: async () => {
      const since = new Date(Date.now() - days * 86_400_000).toISOString();
      return (await getVoicemailStatistics({ query: { since }, throwOnError: true })).data.items;
    },
  });
  return (
    <>
      <Segmented
        size="small"
        aria-label={t("voicemail.period")}
        value={days}
        onChange={setDays}
        options={DAYS.map((count) => ({ value: count, label: t("voicemail.days", { count }) }))}
      />
      <Table
        size="small"
        rowKey={(row) => row.queue.id}
        loading={isPending}
        pagination={false}
        dataSource={data ?? []}
        columns={[
          { title: t("voicemail.queue"), render: (_, row) => row.queue.name },
          { title: t("voicemail.left"), align: "right", dataIndex: "left" },
          { title: t("voicemail.listened"), align: "right", dataIndex: "listened" },
          { title: t("voicemail.answered_back"), align: "right", dataIndex: "answered_back" },
        ]}
      />
    </>
  );
}
