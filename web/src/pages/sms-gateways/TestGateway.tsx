import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Flex, Form, Input, Select, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getMessage, type SmsGatewayOut, testSmsGateway } from "../../api";
import { type Problem, problemFrom } from "../../lib/problem";
import { useRows } from "../../lib/resource";
import { useIsAdmin } from "../../lib/session";
import type { SmsTemplate } from "../../lib/types";
import { Section } from "../../ui/fields";
import { ProblemNote } from "../../ui/ProblemNote";
import { MessageState } from "../messages/MessageState";

const LOOK_AGAIN_MS = 1000;

/** Where the platform sends its reports, and a message to try the gateway, which is followed until it is over. */
export function TestGateway({ row }: { row: SmsGatewayOut }) {
  const { t } = useTranslation();
  const { data: templates } = useRows<SmsTemplate>("sms-templates");
  const [to, setTo] = useState("");
  const [template, setTemplate] = useState<string>();
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = useMutation({
    mutationFn: async () =>
      (await testSmsGateway({ path: { id: row.id }, body: { to, template: template ?? null }, throwOnError: true }))
        .data,
    onMutate: () => setProblem(null),
    onError: (refusal) => setProblem(problemFrom(refusal, 0)),
  });
  const { data: message } = useQuery({
    queryKey: ["messages", "one", send.data?.id],
    enabled: Boolean(send.data),
    queryFn: async () => (await getMessage({ path: { message_id: send.data?.id ?? "" }, throwOnError: true })).data,
    refetchInterval: ({ state }) =>
      ["queued", "sending", "sent"].includes(state.data?.state ?? "queued") ? LOOK_AGAIN_MS : false,
  });
  if (!useIsAdmin()) return null;
  const needsTemplate = row.options.kind === "aliyun" || row.options.kind === "tencent";
  const address = (what: string) => `${location.origin}${row.callback}/${what}`;
  return (
    <section aria-label={t("sms_gateways.test")}>
      {row.callback && (
        <>
          <Section>{t("sms_gateways.callbacks")}</Section>
          <Typography.Paragraph type="secondary">{t("sms_gateways.callbacks_help")}</Typography.Paragraph>
          {(["reports", "replies"] as const).map((what) => (
            <Form.Item key={what} label={t(`sms_gateways.callback_${what}`)} layout="vertical">
              <Typography.Text copyable code style={{ wordBreak: "break-all" }}>
                {address(what)}
              </Typography.Text>
            </Form.Item>
          ))}
        </>
      )}
      <Section>{t("sms_gateways.test")}</Section>
      <ProblemNote problem={problem} />
      <Flex gap={8} wrap>
        <Input
          aria-label={t("messages.number")}
          placeholder={t("messages.number")}
          value={to}
          maxLength={40}
          style={{ width: 180 }}
          onChange={(event) => setTo(event.target.value)}
        />
        {needsTemplate && (
          <Select
            aria-label={t("messages.template")}
            placeholder={t("messages.template")}
            value={template}
            style={{ width: 200 }}
            options={(templates ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            onChange={setTemplate}
          />
        )}
        <Button
          disabled={!to.trim() || (needsTemplate && !template)}
          loading={send.isPending}
          onClick={() => send.mutate()}
        >
          {t("sms_gateways.test_send")}
        </Button>
      </Flex>
      {message && (
        <div style={{ marginBlockStart: 12 }}>
          <MessageState message={message} />
        </div>
      )}
    </section>
  );
}
