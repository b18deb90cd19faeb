import { useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, InputNumber, Progress, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createExtension } from "../../api";
import { type Problem, problemFrom } from "../../lib/problem";
import type { Permission } from "../../lib/types";
import { Dialog } from "../../ui/Dialog";
import { PermissionField, Side } from "../../ui/fields";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { numbersOf } from "./range";

interface Range {
  first: string;
  count: number;
  dial_permission: Permission;
}

const MOST = 500;

/** Makes a whole range of extensions, one after the other; those that exist are left alone. */
export function RangeForm({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Range>();
  const [done, setDone] = useState<number | null>(null);
  const queries = useQueryClient();
  const { problem, show, clear } = useProblem(form);
  const first = Form.useWatch("first", form) ?? "";
  const count = Form.useWatch("count", form) ?? 0;
  const numbers = /^\d{3,8}$/.test(first) ? numbersOf(first, count) : [];

  const make = async ({ dial_permission }: Range) => {
    clear();
    let made = 0;
    try {
      for (const [place, number] of numbers.entries()) {
        setDone(place);
        try {
          await createExtension({
            throwOnError: true,
            body: { number, name: "", voicemail: true, ring_seconds: 25, record: true, dial_permission },
          });
          made += 1;
        } catch (error) {
          if ((error as Problem).kind !== "taken") throw error; // a number that exists is skipped, as was said
        }
      }
      message.success(t("extensions.range_done", { made, skipped: numbers.length - made }));
      onClose();
    } catch (error) {
      show(problemFrom(error, 0));
    } finally {
      setDone(null);
      await queries.invalidateQueries({ queryKey: ["extensions"] });
    }
  };

  return (
    <Dialog
      title={t("extensions.range")}
      open={open}
      onCancel={onClose}
      onOk={form.submit}
      okText={t("extensions.range_make", { count: numbers.length })}
      okButtonProps={{ disabled: numbers.length === 0 }}
      confirmLoading={done !== null}
      destroyOnHidden
    >
      <ProblemNote problem={problem} />
      <Form
        form={form}
        layout="vertical"
        initialValues={{ first: "8001", count: 20, dial_permission: "national" }}
        onFinish={make}
        disabled={done !== null}
      >
        <Side>
          <Form.Item
            name="first"
            label={t("extensions.range_from")}
            rules={[{ required: true, pattern: /^\d{3,8}$/, message: t("extensions.number_help") }]}
          >
            <Input autoFocus inputMode="numeric" maxLength={8} onPressEnter={form.submit} />
          </Form.Item>
          <Form.Item name="count" label={t("extensions.range_count")} rules={[{ required: true }]}>
            <InputNumber min={1} max={MOST} precision={0} style={{ width: "100%" }} onPressEnter={form.submit} />
          </Form.Item>
        </Side>
        <PermissionField />
        {numbers.length > 0 && (
          <Typography.Paragraph type="secondary">
            {t("extensions.range_will", { first: numbers[0], last: numbers.at(-1) })}
          </Typography.Paragraph>
        )}
        {done !== null && <Progress percent={Math.round((100 * done) / numbers.length)} size="small" />}
      </Form>
    </Dialog>
  );
}
