import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { cancelSegmentMessages, listSegmentMessages } from "../../api";
import { FRESH, goesOn, Sending, SHOWN } from "./Sending";

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0);

/** The last text messages to a segment. */
export function Texts({ segment }: { segment: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const key = ["segments", segment, "texts"];
  const { data = [] } = useQuery({
    queryKey: key,
    queryFn: async () =>
      (await listSegmentMessages({ path: { id: segment }, query: { limit: SHOWN }, throwOnError: true })).data.items,
    refetchInterval: ({ state }) => (state.data?.some(goesOn) ? FRESH : false),
  });
  if (data.length === 0) return null;
  return (
    <Flex vertical gap={8}>
      <Typography.Text strong>{t("segments.texts")}</Typography.Text>
      {data.map((row) => {
        const { delivered = 0, sent = 0, cancelled = 0, queued = 0, sending = 0, ...unsent } = row.messages;
        const counts = { delivered, sent, cancelled, queued: queued + sending, failed: sum(unsent) };
        return (
          <Sending
            key={row.id}
            row={row}
            title={row.words}
            counts={t("segments.text_counts", { ...counts, left_out: sum(row.left_out) })}
            sure={t("segments.text_cancel_sure")}
            onCancel={() => cancelSegmentMessages({ path: { id: row.id }, throwOnError: true })}
            onDone={() => queries.invalidateQueries({ queryKey: key })}
          />
        );
      })}
    </Flex>
  );
}
