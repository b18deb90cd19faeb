import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Conditions } from "../../api";
import { useOwnerOptions, useStageOptions, useTagOptions, useTierOptions } from "../../pages/customers/words";
import { Section, Side } from "../fields";
import { YesNo } from "../YesNo";
import { FieldConditions } from "./FieldConditions";
import { FACTS, type Fact, factKey, isPeriodic } from "./facts";
import { Matching } from "./Matching";

const FLAT = { marginBlockEnd: 8 };

/** Which customers are meant, below `conditions` in the form around it. */
export function ConditionFields() {
  const { t } = useTranslation();
  const owners: Conditions["owners"] = Form.useWatch(["conditions", "owners"]);
  const tags = { mode: "tags" as const, tokenSeparators: [",", "，"], options: useTagOptions() };
  return (
    <>
      <Section>{t("conditions.title")}</Section>
      <Side>
        <Form.Item name={["conditions", "tiers"]} label={t("conditions.tiers")}>
          <Select mode="multiple" placeholder={t("conditions.any")} options={useTierOptions()} />
        </Form.Item>
        <Form.Item name={["conditions", "stages"]} label={t("conditions.stages")}>
          <Select mode="multiple" placeholder={t("conditions.any")} options={useStageOptions()} />
        </Form.Item>
      </Side>
      <Side>
        <Form.Item name={["conditions", "tags"]} label={t("conditions.tags")}>
          <Select {...tags} placeholder={t("conditions.any")} />
        </Form.Item>
        <Form.Item name={["conditions", "without_tags"]} label={t("conditions.without_tags")}>
          <Select {...tags} />
        </Form.Item>
      </Side>
      <Side>
        <Form.Item name={["conditions", "owners"]} label={t("service.owner")}>
          <Select
            mode="multiple"
            showSearch={{ optionFilterProp: "label" }}
            placeholder={t("conditions.any")}
            options={useOwnerOptions()(owners)}
          />
        </Form.Item>
        <Form.Item name={["conditions", "q"]} label={t("conditions.words")}>
          <Input maxLength={80} allowClear />
        </Form.Item>
      </Side>
      <Side>
        <Form.Item name={["conditions", "do_not_call"]} label={t("customers.do_not_call")}>
          <YesNo placeholder={t("conditions.any")} />
        </Form.Item>
        <Form.Item name={["conditions", "no_mail"]} label={t("customers.no_mail")}>
          <YesNo placeholder={t("conditions.any")} />
        </Form.Item>
      </Side>
      <Facts />
      <FieldConditions />
      <div style={{ marginBlock: 12 }}>
        <Matching />
      </div>
    </>
  );
}

function Facts() {
  const { t } = useTranslation();
  const facts: Conditions["facts"] = Form.useWatch(["conditions", "facts"]) ?? [];
  return (
    <Form.List name={["conditions", "facts"]}>
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name }) => {
            const fact = facts?.[name]?.fact as Fact | undefined;
            return (
              <Flex key={key} gap={8} align="start" wrap>
                <Form.Item name={[name, "fact"]} rules={[{ required: true }]} style={{ ...FLAT, flex: "1 1 160px" }}>
                  <Select
                    aria-label={t("conditions.fact")}
                    placeholder={t("conditions.fact")}
                    options={FACTS.map((value) => ({ value, label: t(factKey(value)) }))}
                  />
                </Form.Item>
                <Form.Item name={[name, "op"]} style={{ ...FLAT, width: 104 }}>
                  <Select
                    aria-label={t("conditions.operator")}
                    options={(["ge", "le"] as const).map((value) => ({ value, label: t(`conditions.op_${value}`) }))}
                  />
                </Form.Item>
                <Form.Item name={[name, "value"]} rules={[{ required: true }]} style={{ ...FLAT, width: 136 }}>
                  <InputNumber
                    min={0}
                    max={1e12}
                    aria-label={t("conditions.value")}
                    suffix={fact ? t(`${factKey(fact)}_unit`) : undefined}
                    style={{ width: "100%" }}
                  />
                </Form.Item>
                <Form.Item
                  name={[name, "period"]}
                  hidden={!isPeriodic(fact)}
                  getValueProps={(value: string) => ({ value: value && !value.includes("..") ? Number(value) : null })}
                  normalize={(value: number | null) => (value ? String(value) : "")}
                  style={{ ...FLAT, width: 152 }}
                >
                  <InputNumber
                    min={1}
                    max={36500}
                    precision={0}
                    aria-label={t("conditions.period")}
                    placeholder={t("conditions.ever")}
                    prefix={t("conditions.last")}
                    suffix={t("conditions.days")}
                    style={{ width: "100%" }}
                  />
                </Form.Item>
                <Button
                  type="text"
                  icon={<CloseOutlined />}
                  aria-label={t("conditions.remove", { number: name + 1 })}
                  onClick={() => remove(name)}
                />
              </Flex>
            );
          })}
          <Button type="dashed" icon={<PlusOutlined />} onClick={() => add({ op: "ge", value: 1, period: "" })}>
            {t("conditions.add_fact")}
          </Button>
        </>
      )}
    </Form.List>
  );
}
