import { ExperimentOutlined } from "@ant-design/icons";
import { Button, Form, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type CustomerRuleOut, tryCustomerRule } from "../../api";
import { type Problem, problemFrom } from "../../lib/problem";
import { useIsAdmin } from "../../lib/session";
import { ConditionFields } from "../../ui/conditions/ConditionFields";
import { NameField, Section, Side, SwitchField } from "../../ui/fields";
import { ProblemNote } from "../../ui/ProblemNote";
import { useStageOptions, useTagOptions, useTierOptions } from "../customers/words";
import { type RuleForm, ruleBody } from "./form";
import { RunResult } from "./RunResult";

export function RuleFields({ row }: { row: CustomerRuleOut | null }) {
  const { t } = useTranslation();
  const tags = { mode: "tags" as const, maxCount: 10, tokenSeparators: [",", "，"], options: useTagOptions() };
  return (
    <>
      <NameField label={t("customer_rules.name")} />
      <ConditionFields />
      <Section>{t("customer_rules.sets")}</Section>
      <Side>
        <Form.Item name="tier" label={t("customers.tier")}>
          <Select allowClear placeholder={t("customer_rules.as_it_is")} options={useTierOptions()} />
        </Form.Item>
        <Form.Item name="stage" label={t("customers.stage")}>
          <Select allowClear placeholder={t("customer_rules.as_it_is")} options={useStageOptions()} />
        </Form.Item>
      </Side>
      <Side>
        <Form.Item name="tags_on" label={t("customer_rules.tags_on")}>
          <Select {...tags} />
        </Form.Item>
        <Form.Item name="tags_off" label={t("customer_rules.tags_off")}>
          <Select {...tags} />
        </Form.Item>
      </Side>
      <SwitchField name="over_hand" label={t("customer_rules.over_hand")} help={t("customer_rules.over_hand_help")} />
      <SwitchField name="enabled" label={t("customer_rules.enabled")} />
      <Trial row={row} />
    </>
  );
}

/** What would become of the customers if the rule were as the form has it. */
function Trial({ row }: { row: CustomerRuleOut | null }) {
  const { t } = useTranslation();
  const isAdmin = useIsAdmin();
  const form = Form.useFormInstance<RuleForm>();
  const [job, setJob] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (!isAdmin) return null;
  const tryIt = async () => {
    setProblem(null);
    setJob(null);
    try {
      const rule = ruleBody(form.getFieldsValue(true));
      const body = { id: row?.id ?? null, rule: { ...rule, name: rule.name?.trim() || t("customer_rules.new") } };
      setJob((await tryCustomerRule({ body, throwOnError: true })).data.job);
    } catch (refusal) {
      setProblem(problemFrom(refusal, 0));
    }
  };
  return (
    <>
      <ProblemNote problem={problem} />
      <Button icon={<ExperimentOutlined />} onClick={() => void tryIt()} style={{ marginBlockEnd: 12 }}>
        {t("customer_rules.try")}
      </Button>
      {job && <RunResult job={job} of={row?.id ?? ""} />}
    </>
  );
}
