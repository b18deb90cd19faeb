import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { KEYS } from "../../lib/keys";
import type { Destination } from "../../lib/types";
import { NumberField, SecondsField, Section, Side, SwitchField } from "../../ui/fields";
import { PromptPicker } from "../../ui/prompts/PromptPicker";
import { areWhole, ExitKeys } from "./ExitKeys";

/** What callers hear in the queue, and what they may press. */
export function CallerFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const exits: Record<string, Destination> = Form.useWatch("exit_keys", form) ?? {};
  const callback: string | null = Form.useWatch("callback_key", form) ?? null;

  return (
    <>
      <Section>{t("queues.hears")}</Section>
      <Side>
        <PromptField name="greeting_prompt_id" label={t("queues.greeting")} none={t("queues.no_greeting")} />
        <Form.Item name="language" label={t("queues.language")}>
          <Select
            options={[
              { value: "zh", label: "中文" },
              { value: "en", label: "English" },
            ]}
          />
        </Form.Item>
      </Side>
      <Side>
        <PromptField name="music_prompt_id" label={t("queues.music")} none={t("queues.usual_music")} />
        <PromptField name="periodic_prompt_id" label={t("queues.periodic")} none={t("queues.no_greeting")} />
      </Side>
      <SecondsField name="announce_every" label={t("queues.announce_every")} min={10} max={600} />
      <SwitchField name="announce_position" label={t("queues.announce_position")} />
      <SwitchField name="announce_wait" label={t("queues.announce_wait")} help={t("queues.announce_wait_help")} />
      <SwitchField name="announce_agent" label={t("queues.announce_agent")} help={t("queues.announce_agent_help")} />
      <PromptField
        name="whisper_prompt_id"
        label={t("queues.whisper")}
        none={t("queues.no_greeting")}
        help={t("queues.whisper_help")}
      />

      <Section>{t("queues.presses")}</Section>
      <Form.Item
        name="exit_keys"
        label={t("queues.exit_keys")}
        extra={t("queues.exit_keys_help")}
        rules={[
          {
            validator: (_, keys: Record<string, Destination> | undefined) =>
              areWhole(keys) ? Promise.resolve() : Promise.reject(new Error(t("destination.incomplete"))),
          },
        ]}
      >
        <ExitKeys taken={callback} />
      </Form.Item>
      <Side>
        <Form.Item name="callback_key" label={t("queues.callback_key")}>
          <Select
            allowClear
            placeholder={t("queues.no_callback")}
            options={KEYS.filter((key) => !(key in exits)).map((value) => ({ value, label: value }))}
          />
        </Form.Item>
        <Form.Item name="caller_number" label={t("queues.caller_number")} hidden={callback === null}>
          <Input maxLength={31} inputMode="tel" placeholder={t("queues.of_the_line")} />
        </Form.Item>
      </Side>
      <div hidden={callback === null}>
        <Side>
          <NumberField name="callback_attempts" label={t("queues.callback_attempts")} min={1} max={10} />
          <NumberField name="callback_retry_minutes" label={t("queues.callback_retry")} min={1} max={1440} />
        </Side>
      </div>
    </>
  );
}

function PromptField({ name, label, none, help }: { name: string; label: string; none: string; help?: string }) {
  return (
    <Form.Item name={name} label={label} extra={help}>
      <PromptPicker label={label} placeholder={none} />
    </Form.Item>
  );
}
