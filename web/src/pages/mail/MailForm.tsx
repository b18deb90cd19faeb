import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, InputNumber, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { type MailSettingsIn, type MailSettingsOut, replaceMailSettings } from "../../api";
import { problemFrom } from "../../lib/problem";
import { Side, SwitchField } from "../../ui/fields";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";

type Body = Required<Omit<MailSettingsIn, "password">> & { password?: string };
const PORTS = { none: 25, starttls: 587, tls: 465 };
const USUAL = Object.values(PORTS);

export function MailForm({ settings }: { settings: MailSettingsOut }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Body>();
  const { problem, show, clear } = useProblem(form);
  const { version, has_password, ...now } = settings;
  const save = useMutation({
    mutationFn: ({ password, ...rest }: Body) =>
      replaceMailSettings({
        body: password ? { ...rest, password } : rest,
        headers: { "if-match": `"${version}"` },
        throwOnError: true,
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["mail-settings"] }),
  });

  const submit = async (body: Body) => {
    clear();
    try {
      await save.mutateAsync(body);
      message.success(t("act.saved"));
    } catch (refusal) {
      show(problemFrom(refusal, 0));
    }
  };
  const portFor = (security: Body["security"]) => {
    if (USUAL.includes(form.getFieldValue("port"))) form.setFieldsValue({ port: PORTS[security] });
  };

  return (
    <Form form={form} layout="vertical" initialValues={{ ...now, password: "" }} onFinish={submit}>
      <ProblemNote problem={problem} />
      <Form.Item name="security" label={t("mail.security")}>
        <Segmented
          options={(["starttls", "tls", "none"] as const).map((value) => ({
            value,
            label: t(`mail.security_${value}`),
          }))}
          onChange={(value) => portFor(value as Body["security"])}
        />
      </Form.Item>
      <div style={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr) 112px", gap: 16 }}>
        <Form.Item name="host" label={t("mail.host")} extra={t("mail.host_help")}>
          <Input maxLength={255} spellCheck={false} placeholder="smtp.example.com" />
        </Form.Item>
        <Form.Item name="port" label={t("mail.port")} rules={[{ required: true }]}>
          <InputNumber min={1} max={65535} precision={0} controls={false} style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Side>
        <Form.Item name="username" label={t("mail.username")}>
          <Input maxLength={254} autoComplete="off" spellCheck={false} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("mail.password")}
          extra={has_password ? t("mail.password_kept") : undefined}
        >
          <Input.Password maxLength={200} autoComplete="new-password" />
        </Form.Item>
      </Side>
      <Side>
        <Form.Item name="sender" label={t("mail.sender")}>
          <Input maxLength={254} spellCheck={false} placeholder="callroom@example.com" />
        </Form.Item>
        <Form.Item name="sender_name" label={t("mail.sender_name")}>
          <Input maxLength={80} />
        </Form.Item>
      </Side>
      <SwitchField
        name="check_certificate"
        label={t("connections.check_certificate")}
        help={t("connections.check_certificate_help")}
      />
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t("act.save")}
      </Button>
    </Form>
  );
}
