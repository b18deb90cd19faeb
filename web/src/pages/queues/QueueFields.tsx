import { Flex, Form, Segmented, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import type { Strategy } from "../../api";
import type { Destination } from "../../lib/types";
import { type Choice, useScheduleChoices } from "../../ui/choices";
import { DestinationField, isWhole } from "../../ui/Destination";
import { InsideNumberField, NameField, NumberField, SecondsField, Section, Side, SwitchField } from "../../ui/fields";
import { AgentRules } from "./AgentRules";
import { CallerFields } from "./CallerFields";
import { OverflowSteps } from "./OverflowSteps";
import { SurveyOfQueue } from "./SurveyOfQueue";

const STRATEGIES: Strategy[] = [
  "ring_all",
  "rotate_with_memory",
  "linear",
  "linear_with_memory",
  "fewest_offered",
  "fewest_answered",
  "random",
];

export function QueueFields({ users, own }: { users: Choice[]; own: string | undefined }) {
  const { t } = useTranslation();
  const schedules = useScheduleChoices();
  const hours: string | null | undefined = Form.useWatch("schedule_id");
  const whole = {
    validator: (_: unknown, value: Destination | undefined) =>
      isWhole(value, true) ? Promise.resolve() : Promise.reject(new Error(t("destination.incomplete"))),
  };

  return (
    <>
      <Side>
        <NameField label={t("queues.name")} />
        <InsideNumberField label={t("queues.number")} help={t("queues.number_help")} />
      </Side>
      <Form.Item name="strategy" label={t("queues.strategy")}>
        <Select
          options={STRATEGIES.map((value) => ({
            value,
            label: t(`queues.${value}`),
            title: t(`queues.${value}_help`),
          }))}
          optionRender={({ data }) => (
            <Flex vertical>
              {data.label}
              <Typography.Text type="secondary" style={{ fontSize: 12, whiteSpace: "normal" }}>
                {data.title}
              </Typography.Text>
            </Flex>
          )}
        />
      </Form.Item>
      <Form.Item name="members" label={t("queues.members")} extra={t("queues.members_help")}>
        <Select
          mode="multiple"
          options={users}
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t("queues.nobody")}
        />
      </Form.Item>

      <AgentRules users={users} />

      <Section>{t("queues.times")}</Section>
      <Side>
        <SecondsField name="ring_timeout" label={t("queues.ring_timeout")} min={5} max={120} />
        <SecondsField name="wrap_up" label={t("queues.wrap_up")} />
        <SecondsField name="service_level_seconds" label={t("queues.service_level")} min={1} max={600} />
      </Side>

      <Section>{t("queues.overflow_title")}</Section>
      <Side>
        <SecondsField name="max_wait" label={t("queues.max_wait")} min={5} max={7200} optional />
        <NumberField name="max_length" label={t("queues.max_length")} min={1} optional />
      </Side>
      <Form.Item name="no_agent" label={t("queues.no_agent")}>
        <Segmented
          options={(["wait", "flow_out"] as const).map((value) => ({ value, label: t(`queues.no_agent_${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="overflow" label={t("queues.overflow")} rules={[whole]}>
        <DestinationField ownBox />
      </Form.Item>
      <OverflowSteps own={own} />

      <Section>{t("queues.hours")}</Section>
      <Form.Item name="schedule_id" label={t("queues.schedule")} extra={t("queues.schedule_help")}>
        <Select allowClear options={schedules} placeholder={t("queues.always_open")} />
      </Form.Item>
      <Form.Item name="closed" label={t("queues.closed")} hidden={!hours} rules={[whole]}>
        <DestinationField ownBox />
      </Form.Item>

      <SurveyOfQueue />

      <Section>{t("queues.alarms")}</Section>
      <Side>
        <NumberField
          name="alarm_waiting"
          label={t("queues.alarm_waiting")}
          min={1}
          max={1000}
          optional
          none="no_alarm"
        />
        <SecondsField
          name="alarm_longest"
          label={t("queues.alarm_longest")}
          min={1}
          max={7200}
          optional
          none="no_alarm"
        />
        <NumberField name="alarm_level" label={t("queues.alarm_level")} min={1} max={100} optional none="no_alarm" />
      </Side>

      <CallerFields />

      <Section>{t("queues.more")}</Section>
      <NumberField name="weight" label={t("queues.weight")} help={t("queues.weight_help")} max={100} />
      <SwitchField name="record" label={t("queues.record")} />
    </>
  );
}
