import { MessageOutlined } from "@ant-design/icons";
import { Button, Tabs } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useMe } from "../../lib/session";
import { PageFrame } from "../../ui/PageFrame";
import { SmsDialog } from "../../ui/sms/SmsDialog";
import { MessageTable } from "./MessageTable";
import { OptOuts } from "./OptOuts";

/** Text messages, sent and received; for leaders also who wants none. */
export default function MessagesPage() {
  const { t } = useTranslation();
  const { role, may_send_sms } = useMe();
  const [address, setAddress] = useSearchParams();
  const [writing, setWriting] = useState(false);
  const tabs = [
    { key: "messages", label: t("messages.all"), children: <MessageTable /> },
    ...(role === "agent" ? [] : [{ key: "opt-outs", label: t("messages.opt_outs"), children: <OptOuts /> }]),
  ];
  return (
    <PageFrame
      title={t("messages.title")}
      lead={t("messages.lead")}
      extra={
        role !== "auditor" &&
        may_send_sms && (
          <Button type="primary" icon={<MessageOutlined />} onClick={() => setWriting(true)}>
            {t("messages.send")}
          </Button>
        )
      }
    >
      <Tabs
        activeKey={address.get("tab") ?? "messages"}
        destroyOnHidden
        items={tabs}
        onChange={(tab) => setAddress(tab === "messages" ? {} : { tab }, { replace: true })}
      />
      {writing && <SmsDialog onClose={() => setWriting(false)} />}
    </PageFrame>
  );
}
