import { CloseOutlined } from "@ant-design/icons";
import { Button, Card, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { isHeard, type Sound } from "../../lib/flow";
import { KEYS } from "../../lib/keys";
import { Side, SwitchField } from "../../ui/fields";
import { SoundPicker } from "../../ui/prompts/SoundPicker";
import { areApart, type Fields, MEANINGS, type Question, REASONS } from "./form";

const FLAT = { marginBlockEnd: 12 };

/** One question: what is said, what each key means, and whether who is not satisfied is asked why. */
export function QuestionCard({ place, onRemove }: { place: number; onRemove?: () => void }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Fields>();
  const question: Question | undefined = Form.useWatch(["questions", place], form);
  const why = question?.why ?? false;
  return (
    <Card
      size="small"
      style={{ marginBlockEnd: 12 }}
      title={t("surveys.question", { number: place + 1 })}
      extra={
        onRemove && (
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={t("surveys.remove_question", { number: place + 1 })}
            onClick={onRemove}
          />
        )
      }
    >
      <Form.Item name={[place, "label"]} label={t("surveys.label")} rules={[{ required: true }]} style={FLAT}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item
        name={[place, "sound"]}
        label={t("surveys.sound")}
        required
        rules={[
          {
            validator: (_, sound: Sound | null) =>
              isHeard(sound) ? Promise.resolve() : Promise.reject(new Error(t("rule.required"))),
          },
        ]}
        style={FLAT}
      >
        <SoundPicker label={t("surveys.sound")} system={["rate_service"]} />
      </Form.Item>
      <Keys place={place} field="keys" names={MEANINGS} />
      <SwitchField name={[String(place), "why"]} label={t("surveys.why")} />
      <div hidden={!why}>
        <Form.Item name={[place, "reason_sound"]} label={t("surveys.reason_sound")} style={FLAT}>
          <SoundPicker label={t("surveys.reason_sound")} system={["survey_reason"]} />
        </Form.Item>
        <Keys place={place} field="reasons" names={REASONS} />
      </div>
    </Card>
  );
}

interface KeysProps {
  place: number;
  field: "keys" | "reasons";
  names: readonly string[];
}

/** The keys side by side, each for one meaning. */
function Keys({ place, field, names }: KeysProps) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Fields>();
  return (
    <Side>
      {names.map((name) => (
        <Form.Item
          key={name}
          name={[place, field, name]}
          label={t(`surveys.${name}`)}
          style={FLAT}
          dependencies={names.map((other) => ["questions", place, field, other])}
          rules={[
            {
              validator: () =>
                areApart(form.getFieldValue(["questions", place, field]))
                  ? Promise.resolve()
                  : Promise.reject(new Error(t("surveys.key_twice"))),
            },
          ]}
        >
          <Select
            allowClear
            placeholder={t("surveys.no_key")}
            options={KEYS.map((value) => ({ value, label: t("surveys.key", { key: value }) }))}
          />
        </Form.Item>
      ))}
    </Side>
  );
}
