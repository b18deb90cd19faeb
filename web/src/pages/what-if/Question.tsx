import { Button, DatePicker, Flex, Form, type FormInstance, InputNumber, Segmented, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import type { WhatIfDay, WhatIfLoad } from "../../api";
import { here } from "../../lib/zone";
import { useLive } from "../../live/store";

export type Asked = WhatIfDay | WhatIfLoad;
export type Kind = Asked["kind"];

export interface Fields {
  queue?: string;
  day?: Dayjs;
  calls_per_hour?: number;
  handling?: number;
  patience?: number | null;
  goal: number;
  within: number;
}

const PRESET: Fields = { goal: 80, within: 20, calls_per_hour: 100, handling: 180, patience: 120 };

interface Props {
  form: FormInstance<Fields>;
  kind: Kind;
  busy: boolean;
  onKind: (kind: Kind) => void;
  onAsk: (asked: Asked) => void;
}

/** What is asked: about a day of a queue, or about a load. */
export function Question({ form, kind, busy, onKind, onAsk }: Props) {
  const { t } = useTranslation();
  const queues = Object.values(useLive((live) => live.queues));
  const ask = ({ queue, day, calls_per_hour, handling, patience, ...goal }: Fields) => {
    if (kind === "day" && queue && day) onAsk({ kind, queue, day: day.format("YYYY-MM-DD"), ...goal });
    if (kind === "load" && calls_per_hour && handling)
      onAsk({ kind, calls_per_hour, handling, patience: patience ?? null, ...goal });
  };
  const amount = (name: keyof Fields, min: number, max: number, suffix: string, required = true) => (
    <Form.Item name={name} label={t(`what_if.${name}`)} rules={[{ required, message: t("what_if.required") }]}>
      <InputNumber min={min} max={max} suffix={suffix} style={{ width: 128 }} />
    </Form.Item>
  );
  return (
    <>
      <Segmented<Kind>
        value={kind}
        onChange={onKind}
        options={[
          { value: "day", label: t("what_if.kind_day") },
          { value: "load", label: t("what_if.kind_load") },
        ]}
      />
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ ...PRESET, day: here().subtract(1, "day") }}
        onFinish={ask}
        style={{ marginBlockStart: 16 }}
      >
        <Flex gap={16} wrap align="start">
          {kind === "day" ? (
            <>
              <Form.Item
                name="queue"
                label={t("what_if.queue")}
                rules={[{ required: true, message: t("what_if.required") }]}
              >
                <Select
                  showSearch={{ optionFilterProp: "label" }}
                  options={queues.map(({ id, name }) => ({ value: id, label: name }))}
                  placeholder={t("what_if.choose")}
                  style={{ width: 200 }}
                />
              </Form.Item>
              <Form.Item
                name="day"
                label={t("what_if.day")}
                rules={[{ required: true, message: t("what_if.required") }]}
              >
                <DatePicker allowClear={false} disabledDate={(day) => day.isAfter(here(), "day")} />
              </Form.Item>
            </>
          ) : (
            <>
              {amount("calls_per_hour", 0.1, 20_000, t("what_if.calls_unit"))}
              {amount("handling", 1, 7200, t("what_if.seconds_unit"))}
              {amount("patience", 1, 7200, t("what_if.seconds_unit"), false)}
            </>
          )}
          {amount("goal", 1, 99.9, "%")}
          {amount("within", 0, 600, t("what_if.seconds_unit"))}
          <Form.Item label=" ">
            <Button type="primary" htmlType="submit" loading={busy}>
              {t("what_if.ask")}
            </Button>
          </Form.Item>
        </Flex>
      </Form>
    </>
  );
}
