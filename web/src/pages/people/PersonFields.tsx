import { Button, Flex, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { oneTimePassword } from "../../lib/passwords";
import { useRows } from "../../lib/resource";
import type { Extension, Role, User } from "../../lib/types";
import type { Choice } from "../../ui/choices";
import { PermissionField, Section, Side, SwitchField } from "../../ui/fields";
import { SkillLevels } from "./SkillLevels";

const ROLES: Role[] = ["agent", "supervisor", "admin", "auditor"];

interface Props {
  person: User | null;
  teams: Choice[];
  queues: Choice[];
}

export function PersonFields({ person, teams, queues }: Props) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const role: Role | undefined = Form.useWatch("role");
  const { data: extensions } = useRows<Extension>("extensions");
  // Everybody has an extension of his own; the others' cannot be chosen.
  const free = (extensions ?? []).filter((one) => !one.user || one.user.id === person?.id);

  return (
    <>
      <Section>{t("people.access")}</Section>
      <Side>
        <Form.Item name="name" label={t("people.name")} rules={[{ required: true }]}>
          <Input maxLength={80} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="login"
          label={t("people.login")}
          rules={[{ required: true, pattern: /^[A-Za-z0-9._@-]+$/, message: t("people.login_help") }]}
        >
          <Input maxLength={64} autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
      </Side>
      <Side>
        <Form.Item name="role" label={t("people.role")} rules={[{ required: true }]}>
          <Select options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} />
        </Form.Item>
        <Form.Item name="language" label={t("people.language")}>
          <Select
            options={[
              { value: "zh", label: "中文" },
              { value: "en", label: "English" },
            ]}
          />
        </Form.Item>
      </Side>
      <Form.Item label={t("people.password")} extra={t(person ? "people.password_keep" : "people.password_hint")}>
        <Flex gap={8}>
          <Form.Item name="password" noStyle rules={[{ required: !person }]}>
            <Input aria-label={t("people.password")} maxLength={200} autoComplete="off" spellCheck={false} />
          </Form.Item>
          <Button onClick={() => form.setFieldValue("password", oneTimePassword())}>{t("people.generate")}</Button>
        </Flex>
      </Form.Item>
      <SwitchField name="active" label={t("people.active")} />

      <Section>{t("people.work")}</Section>
      <SwitchField name="takes_calls" label={t("people.takes_calls")} />
      <Side>
        <Form.Item name="extension_id" label={t("people.extension")}>
          <Select
            allowClear
            placeholder={t("people.no_extension")}
            showSearch={{ optionFilterProp: "label" }}
            options={free.map(({ id, number, name }) => ({ value: id, label: name ? `${number} ${name}` : number }))}
          />
        </Form.Item>
        <Form.Item name="staff_number" label={t("people.staff_number")}>
          <Input maxLength={20} />
        </Form.Item>
      </Side>
      <Form.Item name="queues" label={t("people.queues")}>
        <Select mode="multiple" options={queues} showSearch={{ optionFilterProp: "label" }} />
      </Form.Item>
      <SkillLevels />
      <Side>
        <Form.Item name="team_id" label={t("people.team")}>
          <Select allowClear placeholder={t("people.no_team")} options={teams} />
        </Form.Item>
        {role === "supervisor" && (
          <Form.Item name="supervises" label={t("people.supervises")}>
            <Select mode="multiple" options={teams} />
          </Form.Item>
        )}
      </Side>
      <Side>
        <PermissionField />
        <Form.Item name="number_visibility" label={t("people.visibility")}>
          <Select
            options={(["full", "middle", "name"] as const).map((value) => ({
              value,
              label: t(`people.visibility_${value}`),
            }))}
          />
        </Form.Item>
      </Side>
      {role !== "auditor" && <SwitchField name="may_send_sms" label={t("people.may_send_sms")} />}
    </>
  );
}
