import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Collapse, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { getSmsSettings, replaceSmsSettings, type SmsSettingsOut } from "../../api";
import { problemFrom } from "../../lib/problem";
import { useIsAdmin } from "../../lib/session";
import { Side } from "../../ui/fields";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";

/** Quiet hours of bulk messages, and the words by which people want no more. */
export function SmsRules() {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["sms-settings"],
    queryFn: async () => (await getSmsSettings({ throwOnError: true })).data,
  });
  if (!data) return null;
  return (
    <Collapse
      size="small"
      style={{ marginBlockEnd: 16, maxWidth: 720 }}
      items={[{ key: "rules", label: t("sms_gateways.rules"), children: <Rules rules={data} key={data.version} /> }]}
    />
  );
}

function Rules({ rules }: { rules: SmsSettingsOut }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const isAdmin = useIsAdmin();
  const queries = useQueryClient();
  const [form] = Form.useForm<SmsSettingsOut>();
  const { problem, show, clear } = useProblem(form);
  const save = useMutation({
    mutationFn: (body: SmsSettingsOut) =>
      replaceSmsSettings({ body, headers: { "If-Match": `"${rules.version}"` }, throwOnError: true }),
    onMutate: clear,
    onSuccess: async () => {
      message.success(t("act.saved"));
      await queries.invalidateQueries({ queryKey: ["sms-settings"] });
    },
    onError: (refusal) => show(problemFrom(refusal, 0)),
  });
  return (
    <Form
      form={form}
      layout="vertical"
      disabled={!isAdmin}
      initialValues={rules}
      onFinish={(values) => save.mutate(values)}
    >
      <ProblemNote problem={problem} />
      <Side>
        <Form.Item name="quiet_begins" label={t("sms_gateways.quiet_begins")} extra={t("sms_gateways.quiet_help")}>
          <Input maxLength={5} placeholder="21:00" />
        </Form.Item>
        <Form.Item name="quiet_ends" label={t("sms_gateways.quiet_ends")}>
          <Input maxLength={5} placeholder="08:00" />
        </Form.Item>
      </Side>
      <Form.Item name="opt_out_words" label={t("sms_gateways.opt_out_words")}>
        <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", "，", " "]} />
      </Form.Item>
      <Form.Item name="opt_in_words" label={t("sms_gateways.opt_in_words")}>
        <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", "，", " "]} />
      </Form.Item>
      {isAdmin && (
        <Button htmlType="submit" loading={save.isPending}>
          {t("act.save")}
        </Button>
      )}
    </Form>
  );
}
