import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Flex, Form, Input, Skeleton, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type BoxIn, type BoxOut, getVoicemailBox, replaceVoicemailBox, setVoicemailPin } from "../../api";
import { problemFrom } from "../../lib/problem";
import { BOXES } from "../../lib/voicemail";
import { NumberField, SecondsField, Section, SwitchField } from "../../ui/fields";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { SideDrawer } from "../../ui/SideDrawer";
import { BoxGreetings } from "./BoxGreetings";

/** The settings of one voicemail box, its PIN and what it says, in a drawer at the side. */
export function BoxDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const { data: box } = useQuery({
    queryKey: [...BOXES, id],
    queryFn: async () => (await getVoicemailBox({ path: { id }, throwOnError: true })).data,
    staleTime: 0,
  });
  const title = t("voicemail.settings_of", { name: box?.name ?? "" });
  return (
    <SideDrawer open title={title} aria-label={title} size={520} onClose={onClose}>
      {box ? <BoxForm key={box.id} box={box} /> : <Skeleton active />}
    </SideDrawer>
  );
}

/** A button that opens the settings of a box. */
export function BoxButton({ id }: { id: string }) {
  const { t } = useTranslation("desk");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("voicemail.settings")}</Button>
      {open && <BoxDrawer id={id} onClose={() => setOpen(false)} />}
    </>
  );
}

function BoxForm({ box }: { box: BoxOut }) {
  const { t } = useTranslation("desk");
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<BoxIn & { pin?: string }>();
  const { problem, show, clear } = useProblem(form);
  const [busy, setBusy] = useState(false);

  const change = async (work: () => Promise<{ data: BoxOut }>) => {
    clear();
    setBusy(true);
    try {
      const { data } = await work();
      queries.setQueryData([...BOXES, box.id], data);
      message.success(t("voicemail.saved"));
      return true;
    } catch (error) {
      show(problemFrom(error, 0));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const save = ({ pin: _, ...body }: BoxIn & { pin?: string }) =>
    change(() =>
      replaceVoicemailBox({
        path: { id: box.id },
        headers: { "If-Match": `"${box.version}"` },
        body: { ...body, email: body.email ?? "" },
        throwOnError: true,
      }),
    );
  const setPin = async (pin: string) => {
    const set = await change(() => setVoicemailPin({ path: { id: box.id }, body: { pin }, throwOnError: true }));
    if (set) form.setFieldValue("pin", "");
  };

  return (
    <Form form={form} layout="vertical" initialValues={box} onFinish={save}>
      <ProblemNote problem={problem} />
      <Form.Item name="email" label={t("voicemail.email")} extra={t("voicemail.email_help")}>
        <Input type="email" maxLength={254} />
      </Form.Item>
      <SwitchField name="attach_audio" label={t("voicemail.attach_audio")} />
      <SwitchField name="delete_after_mail" label={t("voicemail.delete_after_mail")} />
      <SecondsField name="longest_seconds" label={t("voicemail.longest")} min={10} max={1800} />
      <NumberField
        name="retention_days"
        label={t("voicemail.retention")}
        help={t("voicemail.retention_help")}
        max={36500}
      />
      {box.kind === "extension" && (
        <SwitchField name="asks_pin" label={t("voicemail.asks_pin")} help={t("voicemail.asks_pin_help")} />
      )}
      <Button type="primary" htmlType="submit" loading={busy}>
        {t("voicemail.save")}
      </Button>
      <Section>{t("voicemail.pin")}</Section>
      <Typography.Paragraph type="secondary">
        {t(box.has_pin ? "voicemail.has_pin" : "voicemail.no_pin")}
      </Typography.Paragraph>
      <Flex gap={8} align="start">
        <Form.Item name="pin" extra={t("voicemail.pin_help")} style={{ flex: 1 }}>
          <Input.Password
            aria-label={t("voicemail.new_pin")}
            placeholder={t("voicemail.new_pin")}
            inputMode="numeric"
            maxLength={12}
            autoComplete="new-password"
          />
        </Form.Item>
        <Button onClick={() => void setPin(form.getFieldValue("pin") ?? "")}>{t("voicemail.set_pin")}</Button>
      </Flex>
      <Section>{t("voicemail.greeting.title")}</Section>
      <Typography.Paragraph type="secondary">{t("voicemail.greeting.help")}</Typography.Paragraph>
      <BoxGreetings box={box} change={change} />
    </Form>
  );
}
