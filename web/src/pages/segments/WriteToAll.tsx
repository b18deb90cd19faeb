import { useQueryClient } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { estimateSegmentMessage, type Said, type SegmentOut, sendToSegment } from "../../api";
import { useRows } from "../../lib/resource";
import type { Language, SmsTemplate } from "../../lib/types";
import { askedOf, Filled } from "../../ui/sms/SmsDialog";
import { TemplateChoice } from "../../ui/sms/TemplateChoice";
import { ToAll } from "./ToAll";

/** A text message to everybody of a segment, typed or from a template. */
export function WriteToAll({ row, onClose }: { row: SegmentOut; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const { data: templates } = useRows<SmsTemplate>("sms-templates");
  const [template, setTemplate] = useState<string>();
  const [language, setLanguage] = useState<Language>(i18n.language === "en" ? "en" : "zh");
  const [text, setText] = useState("");
  const [values, setValues] = useState<Record<string, string>>({});
  const chosen = templates?.find(({ id }) => id === template);
  const languages = Object.keys(chosen?.texts ?? {}) as Language[];
  const spoken = languages.includes(language) ? language : (languages[0] ?? language);
  const asked = askedOf(chosen, spoken);
  const body: Said | null = template
    ? asked.every((name) => values[name]?.trim())
      ? { template, language: spoken, values }
      : null
    : text.trim()
      ? { text }
      : null;
  const path = { id: row.id };
  return (
    <ToAll
      title={t("segments.write_to", { name: row.name })}
      words={body}
      estimate={async (said) => (await estimateSegmentMessage({ path, body: said, throwOnError: true })).data}
      told={(estimate) => ({
        title: t("segments.estimate", {
          count: estimate.reachable,
          parts: estimate.parts,
          gateway: estimate.gateway,
        }),
        description: t("segments.left_out", estimate),
        sure: t("segments.sure", { count: estimate.reachable }),
        costs: t("segments.costs", { parts: estimate.parts }),
      })}
      send={async (said, expected) => {
        await sendToSegment({ path, body: { ...said, expected }, throwOnError: true });
        await queries.invalidateQueries({ queryKey: ["segments", row.id, "texts"] });
      }}
      sent={t("segments.in_line")}
      help={t("segments.write_help")}
      onClose={onClose}
    >
      {(estimate) => (
        <>
          <TemplateChoice
            templates={(templates ?? []).filter(({ enabled }) => enabled)}
            template={template}
            onTemplate={setTemplate}
            languages={languages}
            language={spoken}
            onLanguage={setLanguage}
          />
          {template ? (
            <Filled asked={asked} values={values} onChange={setValues} text={estimate?.text ?? ""} />
          ) : (
            <Form.Item label={t("messages.text")} required>
              <Input.TextArea
                aria-label={t("messages.text")}
                value={text}
                maxLength={1000}
                autoSize={{ minRows: 4, maxRows: 10 }}
                onChange={(event) => setText(event.target.value)}
              />
            </Form.Item>
          )}
        </>
      )}
    </ToAll>
  );
}
