import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Space } from "antd";
import { useTranslation } from "react-i18next";
import { sendTestMail } from "../../api";
import { problemFrom } from "../../lib/problem";
import { Section } from "../../ui/fields";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";

/** Sends a mail at once with the saved settings, and says what became of it. */
export function TestMail() {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ to: string }>();
  const { problem, show, clear } = useProblem(form);
  const send = useMutation({ mutationFn: (body: { to: string }) => sendTestMail({ body, throwOnError: true }) });
  const submit = async (body: { to: string }) => {
    clear();
    try {
      await send.mutateAsync(body);
    } catch (refusal) {
      show(problemFrom(refusal, 0));
    }
  };
  return (
    <Form form={form} onFinish={submit} layout="vertical" style={{ marginBlockStart: 24 }}>
      <Section>{t("mail.test")}</Section>
      <Form.Item name="to" label={t("mail.test_to")} rules={[{ required: true }]} extra={t("mail.test_help")}>
        <Input maxLength={254} spellCheck={false} placeholder="ana@example.com" />
      </Form.Item>
      <Space orientation="vertical" style={{ width: "100%" }}>
        <Button htmlType="submit" loading={send.isPending}>
          {t("mail.test_send")}
        </Button>
        <ProblemNote problem={problem} />
        {send.isSuccess && <Alert type="success" showIcon title={t("mail.test_sent", { to: send.variables.to })} />}
      </Space>
    </Form>
  );
}
