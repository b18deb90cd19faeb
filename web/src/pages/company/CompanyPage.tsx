import { Alert, App, Button, Card, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { problemFrom } from "../../lib/problem";
import { useIsAdmin } from "../../lib/session";
import { useSaveSettings, useSettings } from "../../lib/settings";
import type { Settings } from "../../lib/types";
import { Waiting } from "../../shell/Waiting";
import { NumberField, SecondsField, Section } from "../../ui/fields";
import { PageFrame } from "../../ui/PageFrame";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { CompanyFields, NumberingFields, PopFields, VoiceFields } from "./CompanyFields";

export default function CompanyPage() {
  const { t } = useTranslation();
  const { data, error } = useSettings();
  return (
    <PageFrame title={t("company.title")} lead={t("company.lead")}>
      {error && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
      {data ? <CompanyForm settings={data} key={data.version} /> : !error && <Waiting />}
    </PageFrame>
  );
}

function CompanyForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const isAdmin = useIsAdmin();
  const [form] = Form.useForm<Settings>();
  const save = useSaveSettings();
  const { problem, show, clear } = useProblem(form);

  const submit = async (change: Settings) => {
    clear();
    try {
      await save.mutateAsync({ was: settings, change });
      message.success(t("act.saved"));
    } catch (refusal) {
      show(problemFrom(refusal, 0));
    }
  };

  return (
    <Card style={{ maxWidth: 640 }}>
      <ProblemNote problem={problem} />
      <Form form={form} layout="vertical" initialValues={settings} onFinish={submit} disabled={!isAdmin}>
        <CompanyFields />
        <Section>{t("company.numbers")}</Section>
        <NumberingFields />
        <NumberField
          name="recording_days"
          label={t("company.recording_days")}
          help={t("company.recording_days_help")}
          max={3650}
        />
        <NumberField name="fax_days" label={t("company.fax_days")} help={t("company.fax_days_help")} max={3650} />
        <NumberField
          name="message_days"
          label={t("company.message_days")}
          help={t("company.message_days_help")}
          max={3650}
        />
        <NumberField name="mail_days" label={t("company.mail_days")} help={t("company.mail_days_help")} max={3650} />
        <SecondsField
          name="short_abandon_seconds"
          label={t("company.short_abandon")}
          help={t("company.short_abandon_help")}
          max={60}
        />
        <VoiceFields />
        <Form.Item name="page_address" label={t("company.page_address")} extra={t("company.page_address_help")}>
          <Input type="url" maxLength={200} />
        </Form.Item>
        <PopFields />
        {isAdmin && (
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t("act.save")}
          </Button>
        )}
      </Form>
    </Card>
  );
}
