import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Choice, useSkillChoices, useTeamChoices } from "../../ui/choices";
import { NumberField, SecondsField, Section, Side } from "../../ui/fields";

/** Which of the free agents come into question, and which of them first. */
export function AgentRules({ users }: { users: Choice[] }) {
  const { t } = useTranslation();
  const teams = useTeamChoices();
  const members: string[] = Form.useWatch("members") ?? [];
  return (
    <>
      <Section>{t("queues.who_first")}</Section>
      <SkillRows />
      <Form.Item name="tiers" label={t("queues.tiers")} extra={t("queues.tiers_help")}>
        <TierFields members={users.filter(({ value }) => members.includes(value))} />
      </Form.Item>
      <Side>
        <SecondsField name="tier_after" label={t("queues.tier_after")} help={t("queues.tier_after_help")} />
        <Form.Item name="prefer_team_id" label={t("queues.prefer_team")} extra={t("queues.prefer_team_help")}>
          <Select allowClear options={teams} placeholder={t("queues.no_team")} />
        </Form.Item>
      </Side>
      <Side>
        <NumberField name="sticky_days" label={t("queues.sticky_days")} help={t("queues.sticky_days_help")} max={365} />
        <SecondsField
          name="sticky_patience"
          label={t("queues.sticky_patience")}
          help={t("queues.sticky_patience_help")}
        />
      </Side>
      <Side>
        <SecondsField name="tier_weight" label={t("queues.tier_weight")} help={t("queues.tier_weight_help")} />
        <NumberField name="misses_until_busy" label={t("queues.misses")} help={t("queues.misses_help")} max={99} />
      </Side>
    </>
  );
}

const NUMBERS = [
  ["level", 1, 10],
  ["step", 0, 10],
  ["every", 1, 3600],
  ["floor", 0, 10],
] as const;

function SkillRows() {
  const { t } = useTranslation();
  const skills = useSkillChoices();
  return (
    <Form.Item label={t("queues.skills")} extra={t("queues.skills_help")}>
      <Form.List name="skills">
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => (
              <Flex key={key} gap={8} align="end">
                <Form.Item
                  name={[name, "skill"]}
                  label={name === 0 ? t("queues.skill") : undefined}
                  rules={[{ required: true }]}
                  style={{ flex: 1, minWidth: 0, marginBlockEnd: 8 }}
                >
                  <Select options={skills} aria-label={t("queues.skill")} />
                </Form.Item>
                {NUMBERS.map(([field, min, max]) => (
                  <Form.Item
                    key={field}
                    name={[name, field]}
                    label={name === 0 ? t(`queues.skill_${field}`) : undefined}
                    rules={[{ required: true }]}
                    style={{ width: 84, marginBlockEnd: 8 }}
                  >
                    <InputNumber
                      min={min}
                      max={max}
                      precision={0}
                      aria-label={t(`queues.skill_${field}`)}
                      style={{ width: "100%" }}
                    />
                  </Form.Item>
                ))}
                <Button
                  type="text"
                  icon={<CloseOutlined />}
                  aria-label={t("queues.remove_skill", { number: name + 1 })}
                  onClick={() => remove(name)}
                  style={{ marginBlockEnd: 8 }}
                />
              </Flex>
            ))}
            {skills.length > 0 ? (
              <Button
                type="dashed"
                icon={<PlusOutlined />}
                onClick={() => add({ level: 5, step: 0, every: 30, floor: 0 })}
              >
                {t("queues.add_skill")}
              </Button>
            ) : (
              <Link to="/settings/skills">{t("queues.no_skills")}</Link>
            )}
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

type Tiers = Record<string, number>;

/** The members of the second and of the third tier; all others are of the first. */
function TierFields({
  members,
  value = {},
  onChange,
}: {
  members: Choice[];
  value?: Tiers;
  onChange?: (tiers: Tiers) => void;
}) {
  const { t } = useTranslation();
  const choose = (tier: number, chosen: string[]) => {
    const others = Object.entries(value).filter(([id, its]) => its !== tier && !chosen.includes(id));
    onChange?.(Object.fromEntries([...others, ...chosen.map((id) => [id, tier] as const)]));
  };
  return (
    <Side>
      {[1, 2].map((tier) => (
        <Select
          key={tier}
          mode="multiple"
          aria-label={t("queues.tier", { number: tier + 1 })}
          placeholder={t("queues.tier", { number: tier + 1 })}
          options={members}
          value={members.map((one) => one.value).filter((id) => value[id] === tier)}
          onChange={(chosen: string[]) => choose(tier, chosen)}
          showSearch={{ optionFilterProp: "label" }}
        />
      ))}
    </Side>
  );
}
