import { MessageOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Flex, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { getSegmentReach, type SegmentOut } from "../../api";
import { useMe } from "../../lib/session";
import { WriteToAll } from "./WriteToAll";

export function useReach(id: string) {
  return useQuery({
    queryKey: ["segments", id, "reach"],
    queryFn: async () => (await getSegmentReach({ path: { id }, throwOnError: true })).data,
  });
}

/** How many customers a segment has now, and the way to them. */
export function Reach({ row }: { row: SegmentOut }) {
  const { t } = useTranslation();
  const { role, may_send_sms } = useMe();
  const { data } = useReach(row.id);
  const [writing, setWriting] = useState(false);
  if (!data) return null;
  const { customers, do_not_call, no_number, opted_out, reachable } = data;
  return (
    <Flex vertical gap={8} style={{ marginBlockEnd: 16 }}>
      <Typography.Text>
        <Link to={`/customers?segment=${row.id}`}>{t("segments.count", { count: customers })}</Link>
        {" · "}
        {t("segments.reachable", { number: reachable })}
      </Typography.Text>
      {customers > reachable && (
        <Typography.Text type="secondary">
          {t("segments.left_out", { do_not_call, no_number, opted_out })}
        </Typography.Text>
      )}
      {may_send_sms && role !== "auditor" && (
        <div>
          <Button icon={<MessageOutlined />} disabled={reachable === 0} onClick={() => setWriting(true)}>
            {t("segments.write")}
          </Button>
        </div>
      )}
      {writing && <WriteToAll row={row} onClose={() => setWriting(false)} />}
    </Flex>
  );
}
