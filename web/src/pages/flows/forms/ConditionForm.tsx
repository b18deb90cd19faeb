import { ArrowUpOutlined, CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Select } from "antd";
import { useTranslation } from "react-i18next";
import { type Case, OPERATORS } from "../../../lib/flow";
import { type FormProps, StepSelect, TemplateInput } from "./parts";

const NEW: Case = { left: "", op: "equals", right: "", to: "" };

export function ConditionForm({ node, change }: FormProps<"condition">) {
  const { t } = useTranslation("flow");
  const { cases } = node;
  const put = (place: number, part: Partial<Case>, mark?: string) =>
    change({ cases: cases.map((one, at) => (at === place ? { ...one, ...part } : one)) }, mark && `${place} ${mark}`);
  const up = (place: number) => {
    const [one, above] = [cases[place], cases[place - 1]];
    if (one && above) change({ cases: cases.map((now, at) => (at === place ? above : at === place - 1 ? one : now)) });
  };

  return (
    <Flex vertical gap={8} align="start">
      {cases.map((one, place) => {
        const which = place + 1;
        const name = t("exit.case", { which });
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a case has no other name than its place
          <section key={place} className="flow-case" aria-label={name}>
            <Flex gap={4} align="center">
              <strong style={{ flex: 1 }}>{name}</strong>
              {place > 0 && (
                <Button
                  size="small"
                  type="text"
                  icon={<ArrowUpOutlined />}
                  aria-label={t("field.case_up", { which })}
                  onClick={() => up(place)}
                />
              )}
              <Button
                size="small"
                type="text"
                icon={<CloseOutlined />}
                aria-label={t("field.remove_case", { which })}
                onClick={() => change({ cases: cases.filter((_, at) => at !== place) })}
              />
            </Flex>
            <TemplateInput
              label={`${name}: ${t("field.left")}`}
              placeholder="{{customer.tier}}"
              value={one.left}
              onChange={(left) => put(place, { left }, "left")}
            />
            <Select
              aria-label={`${name}: ${t("field.op")}`}
              value={one.op}
              options={OPERATORS.map((value) => ({ value, label: t(`op.${value}`) }))}
              onChange={(op) => put(place, { op })}
            />
            {!one.op.endsWith("empty") && (
              <TemplateInput
                label={`${name}: ${t("field.right")}`}
                value={one.right}
                onChange={(right) => put(place, { right }, "right")}
              />
            )}
            <StepSelect
              label={t("step.exit_leads_to", { exit: name })}
              value={one.to}
              onChange={(to) => put(place, { to })}
            />
          </section>
        );
      })}
      <Button size="small" type="link" icon={<PlusOutlined />} onClick={() => change({ cases: [...cases, NEW] })}>
        {t("field.add_case")}
      </Button>
    </Flex>
  );
}
