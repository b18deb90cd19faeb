import { useQueryClient } from "@tanstack/react-query";
import { Button, Flex, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { changeMyPassword } from "../../api";
import { ME, useMe } from "../../lib/session";
import { ProblemNote } from "../../ui/ProblemNote";
import { useStep } from "./useStep";

interface Passwords {
  current: string;
  password: string;
  again: string;
}

export function PasswordStep({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const { form, busy, problem, submit } = useStep<Passwords>(async ({ current, password }) => {
    await changeMyPassword({ body: { current, password }, throwOnError: true });
    await queries.invalidateQueries({ queryKey: ME });
  }, onDone);

  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} style={{ maxWidth: 376 }}>
      <ProblemNote problem={problem} />
      <Form.Item name="current" label={t("password.current")} rules={[{ required: true }]}>
        <Input.Password autoFocus autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="password" label={t("password.new")} rules={[{ required: true }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t("password.again")}
        dependencies={["password"]}
        rules={[
          { required: true },
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              value === getFieldValue("password") ? Promise.resolve() : Promise.reject(new Error(t("password.differ"))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Flex gap={8}>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t("setup.next")}
        </Button>
        {!me.must_change_password && <Button onClick={onDone}>{t("setup.skip")}</Button>}
      </Flex>
    </Form>
  );
}
