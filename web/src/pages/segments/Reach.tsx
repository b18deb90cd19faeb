import { MailOutlined, MessageOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Flex, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { getSegmentMailReach, getSegmentReach, type SegmentOut } from "../../api";
import { useMe } from "../../lib/session";
import { Mailings } from "./Mailings";
import { MailToAll } from "./MailToAll";
import { Texts } from "./Texts";
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
  const { data: mail } = useQuery({
    queryKey: ["segments", row.id, "mail-reach"],
    queryFn: async () => (await getSegmentMailReach({ path: { id: row.id }, throwOnError: true })).data,
  });
  const [writing, setWriting] = useState<"text" | "mail" | null>(null);
  if (!data) return null;
  const { customers, do_not_call, no_number, opted_out, reachable } = data;
  return (
    <Flex vertical gap={8} style={{ marginBlockEnd: 16 }}>
      <Typography.Text>
        <Link to={`/customers?segment=${row.id}`} style={{ textDecoration: "underline" }}>
          {t("segments.count", { count: customers })}
        </Link>
        {" · "}
        {t("segments.reachable", { number: reachable })}
      </Typography.Text>
      {customers > reachable && (
        <Typography.Text type="secondary">
          {t("segments.left_out", { do_not_call, no_number, opted_out })}
        </Typography.Text>
      )}
      {mail && (
        <Typography.Text type="secondary">
          {t("segments.mail_estimate", { count: mail.reachable })} ·{" "}
          {t("segments.mail_left_out", {
            opted_out: mail.opted_out,
            do_not_call: mail.do_not_call,
            no_address: mail.no_address,
          })}
        </Typography.Text>
      )}
      {role !== "auditor" && (
        <Flex gap={8} wrap>
          {may_send_sms && (
            <Button icon={<MessageOutlined />} disabled={reachable === 0} onClick={() => setWriting("text")}>
              {t("segments.write")}
            </Button>
          )}
          <Button icon={<MailOutlined />} disabled={!mail?.reachable} onClick={() => setWriting("mail")}>
            {t("segments.mail")}
          </Button>
        </Flex>
      )}
      <Texts segment={row.id} />
      <Mailings segment={row.id} />
      {writing === "text" && <WriteToAll row={row} onClose={() => setWriting(null)} />}
      {writing === "mail" && <MailToAll row={row} onClose={() => setWriting(null)} />}
    </Flex>
  );
}
