import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { type DayRow, SPANS, WEEK } from "./days";
import { ImportDays } from "./ImportDays";

const KINDS = ["closed", "like", "hours"] as const;
const FLAT = { marginBlockEnd: 8 };

/** Holidays, make-up working days, and days with other hours. */
export function DayRows() {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const days: (DayRow | undefined)[] = Form.useWatch("days", form) ?? [];
  return (
    <Form.List name="days">
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name }) => (
            <Flex key={key} gap={8} align="start">
              <Form.Item
                name={[name, "date"]}
                rules={[{ required: true, pattern: /^\d{4}-\d\d-\d\d$/, message: t("schedules.date_wanted") }]}
                style={{ ...FLAT, width: 112 }}
              >
                <Input aria-label={t("schedules.date")} placeholder="2026-10-01" maxLength={10} />
              </Form.Item>
              <Form.Item name={[name, "name"]} style={{ ...FLAT, flex: 1, minWidth: 80 }}>
                <Input aria-label={t("schedules.day_name")} placeholder={t("schedules.day_name")} maxLength={40} />
              </Form.Item>
              <Form.Item name={[name, "kind"]} style={{ ...FLAT, width: 112 }}>
                <Select
                  aria-label={t("schedules.day_kind")}
                  options={KINDS.map((value) => ({ value, label: t(`schedules.kind_${value}`) }))}
                />
              </Form.Item>
              <Form.Item name={[name, "like"]} hidden={days[name]?.kind !== "like"} style={{ ...FLAT, width: 148 }}>
                <Select
                  aria-label={t("schedules.like")}
                  options={WEEK.map((value) => ({ value, label: t(`schedules.day_${value}`) }))}
                />
              </Form.Item>
              <Form.Item
                name={[name, "hours"]}
                hidden={days[name]?.kind !== "hours"}
                rules={
                  days[name]?.kind === "hours"
                    ? [{ pattern: SPANS, required: true, message: t("schedules.spans") }]
                    : []
                }
                style={{ ...FLAT, width: 148 }}
              >
                <Input aria-label={t("schedules.hours")} placeholder="09:00-12:00" />
              </Form.Item>
              <Button
                type="text"
                icon={<CloseOutlined />}
                aria-label={t("schedules.remove_day", { number: name + 1 })}
                onClick={() => remove(name)}
              />
            </Flex>
          ))}
          <Flex gap={8} style={{ marginBlockEnd: 16 }}>
            <Button
              type="dashed"
              icon={<PlusOutlined />}
              onClick={() => add({ date: "", name: "", kind: "closed", like: 1, hours: "" })}
            >
              {t("schedules.add_day")}
            </Button>
            <ImportDays />
          </Flex>
        </>
      )}
    </Form.List>
  );
}
