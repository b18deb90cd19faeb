import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { estimateSegmentMail, type MailEstimate, mailToSegment, type SegmentOut } from "../../api";
import { KNOWN, ownPlace } from "../../ui/sms/places";
import { TemplateInput } from "../../ui/TemplateInput";
import { useCustomerFields } from "../customers/customers";
import { ToAll } from "./ToAll";

/** A mail to everybody of a segment, as one of them gets it. */
export function MailToAll({ row, onClose }: { row: SegmentOut; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: fields = [] } = useCustomerFields();
  const [subject, setSubject] = useState("");
  const [text, setText] = useState("");
  const path = { id: row.id };
  const places = [
    ...KNOWN.map((name) => ({ key: name as string, label: t(`sms_templates.field_${name.replace(".", "_")}`) })),
    ...fields.map(({ label }) => ({ key: ownPlace(label), label })),
  ];
  return (
    <ToAll
      title={t("segments.mail_to", { name: row.name })}
      words={subject.trim() && text.trim() ? { subject, text } : null}
      estimate={async (body) => (await estimateSegmentMail({ path, body, throwOnError: true })).data}
      told={({ reachable, opted_out, do_not_call, no_address }) => ({
        title: t("segments.mail_estimate", { count: reachable }),
        description: t("segments.mail_left_out", { opted_out, do_not_call, no_address }),
        sure: t("segments.mail_sure", { count: reachable }),
      })}
      send={async (body, expected) => {
        await mailToSegment({ path, body: { ...body, expected }, throwOnError: true });
        await queries.invalidateQueries({ queryKey: ["mailings"] });
      }}
      sent={t("segments.mail_in_line")}
      help={t("segments.mail_help")}
      width={640}
      onClose={onClose}
    >
      {(estimate) => (
        <>
          <Form.Item label={t("segments.mail_subject")} required>
            <Input
              aria-label={t("segments.mail_subject")}
              value={subject}
              maxLength={200}
              onChange={(event) => setSubject(event.target.value)}
            />
          </Form.Item>
          <Form.Item label={t("segments.mail_text")} required>
            <TemplateInput
              label={t("segments.mail_text")}
              value={text}
              onChange={setText}
              places={places}
              insert={t("segments.put_in")}
              rows={6}
              longest={20_000}
            />
          </Form.Item>
          {estimate?.text && <Example {...estimate} />}
        </>
      )}
    </ToAll>
  );
}

function Example({ subject, text }: MailEstimate) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("segments.mail_example")} style={{ marginBlockEnd: 16 }}>
      <Typography.Text type="secondary">{t("segments.mail_example")}</Typography.Text>
      <div style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        <strong>{subject}</strong>
        {"\n"}
        {text}
      </div>
    </section>
  );
}
