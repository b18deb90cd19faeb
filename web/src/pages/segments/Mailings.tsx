import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { cancelMailing, listMailings } from "../../api";
import { FRESH, goesOn, Sending, SHOWN } from "./Sending";

/** The last mails to a segment. */
export function Mailings({ segment }: { segment: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data = [] } = useQuery({
    queryKey: ["mailings", segment],
    queryFn: async () => (await listMailings({ query: { segment, limit: SHOWN }, throwOnError: true })).data.items,
    refetchInterval: ({ state }) => (state.data?.some(goesOn) ? FRESH : false),
  });
  if (data.length === 0) return null;
  return (
    <Flex vertical gap={8}>
      <Typography.Text strong>{t("segments.mailings")}</Typography.Text>
      {data.map((row) => {
        const { sent = 0, failed = 0, left_out = 0, waiting = 0, opted_out = 0, no_address = 0 } = row.letters;
        return (
          <Sending
            key={row.id}
            row={row}
            title={row.subject}
            counts={t("segments.mail_counts", { sent, failed, waiting, left_out, opted_out, no_address })}
            sure={t("segments.mail_cancel_sure")}
            onCancel={() => cancelMailing({ path: { id: row.id }, throwOnError: true })}
            onDone={() => queries.invalidateQueries({ queryKey: ["mailings"] })}
          />
        );
      })}
    </Flex>
  );
}
