import { useQuery } from "@tanstack/react-query";
import { Alert, Card } from "antd";
import { useTranslation } from "react-i18next";
import { getMailSettings } from "../../api";
import { Waiting } from "../../shell/Waiting";
import { PageFrame } from "../../ui/PageFrame";
import { MailForm } from "./MailForm";
import { Outbox } from "./Outbox";
import { TestMail } from "./TestMail";

export default function MailPage() {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ["mail-settings"],
    queryFn: async () => (await getMailSettings({ throwOnError: true })).data,
  });
  return (
    <PageFrame title={t("mail.title")} lead={t("mail.lead")}>
      {error && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
      {data ? (
        <>
          <Card style={{ maxWidth: 640 }}>
            <MailForm settings={data} key={data.version} />
            {data.host && <TestMail />}
          </Card>
          <Outbox />
        </>
      ) : (
        !error && <Waiting />
      )}
    </PageFrame>
  );
}
