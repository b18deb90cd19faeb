import { App, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeMyPassword } from "../api";
import { problemFrom } from "../lib/problem";
import { Dialog } from "../ui/Dialog";
import { ProblemNote, useProblem } from "../ui/ProblemNote";

interface Passwords {
  current: string;
  password: string;
  again: string;
}

export default function PasswordForm({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Passwords>();
  const [busy, setBusy] = useState(false);
  const { problem, show, clear } = useProblem(form);

  const save = async ({ current, password }: Passwords) => {
    clear();
    setBusy(true);
    try {
      await changeMyPassword({ body: { current, password }, throwOnError: true });
      message.success(t("password.changed"));
      onClose();
    } catch (error) {
      show(problemFrom(error, 0));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={t("password.title")}
      open={open}
      onCancel={onClose}
      onOk={form.submit}
      okText={t("act.save")}
      confirmLoading={busy}
      destroyOnHidden
      width={400}
    >
      <Form form={form} layout="vertical" onFinish={save} requiredMark={false} preserve={false}>
        <ProblemNote problem={problem} />
        <Form.Item name="current" label={t("password.current")} rules={[{ required: true }]}>
          <Input.Password autoFocus autoComplete="current-password" onPressEnter={form.submit} />
        </Form.Item>
        <Form.Item name="password" label={t("password.new")} rules={[{ required: true }]}>
          <Input.Password autoComplete="new-password" onPressEnter={form.submit} />
        </Form.Item>
        <Form.Item
          name="again"
          label={t("password.again")}
          dependencies={["password"]}
          rules={[
            { required: true },
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                value === getFieldValue("password")
                  ? Promise.resolve()
                  : Promise.reject(new Error(t("password.differ"))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" onPressEnter={form.submit} />
        </Form.Item>
      </Form>
    </Dialog>
  );
}
