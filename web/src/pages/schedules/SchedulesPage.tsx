import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Schedule } from "../../lib/types";
import { useExtensionChoices } from "../../ui/choices";
import { Dash, NameField, nameColumn, Section } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { DayRows } from "./DayRows";
import { type DayRow, dayOf, rowOf } from "./days";
import { HandSwitch } from "./HandSwitch";
import { hoursOf, ranges, type Span, spansOf } from "./hours";
import { Now } from "./Now";

interface Body {
  name: string;
  spans: Span[];
  closed: string[];
  days: DayRow[];
  switch_code: string | null;
  switch_extensions: string[];
}

const DAYS = [1, 2, 3, 4, 5, 6, 7];
const CODES = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => ({ value: String(digit), label: `*28${digit}` }));
const CLOCK = /^([01]?\d|2[0-3]):[0-5]\d$|^24:00$/;
const usual = (): Span => ({ days: [1, 2, 3, 4, 5], begins: "09:00", ends: "18:00" });

const blank = (): Body => ({
  name: "",
  spans: [usual()],
  closed: [],
  days: [],
  switch_code: null,
  switch_extensions: [],
});
const toForm = ({ hours, days, name, closed, switch_code, switch_extensions }: Schedule): Body => ({
  name,
  spans: spansOf(hours),
  closed,
  days: days.map(rowOf),
  switch_code,
  switch_extensions,
});
const toBody = ({ spans, days, ...rest }: Body) => ({
  ...rest,
  hours: hoursOf(spans ?? []),
  days: (days ?? []).map(dayOf),
});

export default function SchedulesPage() {
  const { t } = useTranslation();
  const day = (number: number) => t(`schedules.day_${number}`);
  const told = ({ days, begins, ends }: Span) => {
    const named = ranges(days).map(([first, last]) => (first === last ? day(first) : `${day(first)}–${day(last)}`));
    return `${named.join(", ")} ${begins}–${ends}`;
  };
  return (
    <ResourcePage<Schedule, Body>
      kind="schedules"
      texts="schedules"
      blank={blank}
      toForm={toForm}
      toBody={toBody}
      columns={[
        { ...nameColumn(t("schedules.name")), defaultSortOrder: "ascend" },
        {
          title: t("schedules.hours"),
          render: (_, row) => spansOf(row.hours).map((span) => <div key={told(span)}>{told(span)}</div>),
        },
        {
          title: t("schedules.special"),
          align: "right",
          render: (_, row) => row.closed.length + row.days.length || <Dash />,
        },
        { title: t("schedules.now"), render: (_, row) => <Now row={row} /> },
      ]}
      width={640}
      fields={() => <ScheduleFields />}
      above={(row) => <HandSwitch row={row} />}
    />
  );
}

function ScheduleFields() {
  const { t } = useTranslation();
  return (
    <>
      <NameField label={t("schedules.name")} />
      <Section>{t("schedules.hours")}</Section>
      <Form.List name="spans">
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => (
              <Flex key={key} gap={8} align="start">
                <Form.Item name={[name, "days"]} rules={[{ required: true }]} style={{ flex: 1, marginBlockEnd: 12 }}>
                  <Select
                    mode="multiple"
                    aria-label={t("schedules.days")}
                    placeholder={t("schedules.days")}
                    options={DAYS.map((value) => ({ value, label: t(`schedules.day_${value}`) }))}
                  />
                </Form.Item>
                {(["begins", "ends"] as const).map((field) => (
                  <Form.Item
                    key={field}
                    name={[name, field]}
                    rules={[{ required: true, pattern: CLOCK, message: t("schedules.clock") }]}
                    style={{ width: 88, marginBlockEnd: 12 }}
                  >
                    <Input aria-label={t(`schedules.${field}`)} maxLength={5} placeholder="09:00" />
                  </Form.Item>
                ))}
                <Button
                  type="text"
                  icon={<CloseOutlined />}
                  aria-label={t("schedules.remove_hours", { number: name + 1 })}
                  onClick={() => remove(name)}
                />
              </Flex>
            ))}
            <Button type="dashed" icon={<PlusOutlined />} onClick={() => add(usual())}>
              {t("schedules.add_hours")}
            </Button>
          </>
        )}
      </Form.List>
      <Section>{t("schedules.special")}</Section>
      <DayRows />
      <Section>{t("schedules.closed")}</Section>
      <Form.Item name="closed" extra={t("schedules.closed_help")}>
        <Select
          mode="tags"
          open={false}
          suffixIcon={null}
          aria-label={t("schedules.closed")}
          tokenSeparators={[",", " ", ";", "，", "、", "\n"]}
          placeholder="2026-10-01"
        />
      </Form.Item>
      <Section>{t("schedules.phones")}</Section>
      <Flex gap={8} align="start">
        <Form.Item name="switch_code" label={t("schedules.code")} style={{ width: 148 }}>
          <Select allowClear placeholder={t("schedules.no_code")} options={CODES} />
        </Form.Item>
        <Form.Item
          name="switch_extensions"
          label={t("schedules.switchers")}
          extra={t("schedules.code_help")}
          style={{ flex: 1, minWidth: 0 }}
        >
          <Select mode="multiple" options={useExtensionChoices()} showSearch={{ optionFilterProp: "label" }} />
        </Form.Item>
      </Flex>
    </>
  );
}
