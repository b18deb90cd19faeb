import type { Conditions, CustomerRuleIn, CustomerRuleOut } from "../../api";
import { blankConditions, conditionsBody, conditionsForm } from "../../ui/conditions/facts";

export interface RuleForm {
  name: string;
  enabled: boolean;
  conditions: Conditions;
  tier: number | null;
  stage: CustomerRuleOut["stage"];
  tags_on: string[];
  tags_off: string[];
  over_hand: boolean;
}

export const blankRule = (): RuleForm => ({
  name: "",
  enabled: true,
  conditions: blankConditions(),
  tier: null,
  stage: null,
  tags_on: [],
  tags_off: [],
  over_hand: false,
});

export const ruleForm = ({
  name,
  enabled,
  conditions,
  tier,
  stage,
  tags_on,
  tags_off,
  over_hand,
}: CustomerRuleOut) => ({
  name,
  enabled,
  conditions: conditionsForm(conditions),
  tier,
  stage,
  tags_on,
  tags_off,
  over_hand,
});

export const ruleBody = (form: RuleForm): CustomerRuleIn => ({
  ...form,
  tier: form.tier ?? null,
  stage: form.stage ?? null,
  tags_on: form.tags_on ?? [],
  tags_off: form.tags_off ?? [],
  conditions: conditionsBody(form.conditions),
});
