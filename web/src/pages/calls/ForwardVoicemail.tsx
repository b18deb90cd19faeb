import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Form, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { forwardVoicemail } from "../../api";
import { problemFrom } from "../../lib/problem";
import { BOXES } from "../../lib/voicemail";
import { useExtensionChoices, useQueueChoices } from "../../ui/choices";
import { Dialog } from "../../ui/Dialog";
import type { Voicemail } from "./types";

/** Asks into which box a message is put as well, and puts it there. */
export function ForwardVoicemail({ voicemail, onClose }: { voicemail: Voicemail; onClose: () => void }) {
  const { t } = useTranslation("desk");
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [box, setBox] = useState<string>();
  const others = (choices: { value: string; label: string }[]) =>
    choices.filter(({ value }) => value !== voicemail.box.id);
  const extensions = others(useExtensionChoices());
  const queues = others(useQueueChoices());
  const forward = useMutation({
    mutationFn: (to: string) =>
      forwardVoicemail({ path: { voicemail_id: voicemail.id }, body: { box: to }, throwOnError: true }),
    onSuccess: async () => {
      message.success(t("voicemail.forwarded"));
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["voicemails"] }),
        queries.invalidateQueries({ queryKey: BOXES }),
      ]);
      onClose();
    },
    onError: (error) => void message.error(problemFrom(error, 0).message),
  });
  return (
    <Dialog
      open
      title={t("voicemail.forward")}
      okText={t("voicemail.forward")}
      okButtonProps={{ disabled: !box, loading: forward.isPending }}
      onOk={() => box && forward.mutate(box)}
      onCancel={onClose}
    >
      <Form layout="vertical">
        <Form.Item label={t("voicemail.forward_to")} htmlFor="forward-to">
          <Select
            id="forward-to"
            showSearch={{ optionFilterProp: "label" }}
            value={box}
            onChange={setBox}
            options={[
              { label: t("voicemail.extensions"), options: extensions },
              { label: t("voicemail.queues"), options: queues },
            ]}
          />
        </Form.Item>
      </Form>
    </Dialog>
  );
}
