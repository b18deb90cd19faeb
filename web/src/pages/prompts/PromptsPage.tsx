import { InboxOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createPrompt } from "../../api";
import { BASE } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import { useIsAdmin } from "../../lib/session";
import type { Prompt } from "../../lib/types";
import { ResourcePage } from "../../ui/ResourcePage";

const toForm = ({ name }: Prompt) => ({ name });
const words = (row: Prompt) => [row.name, row.source];

/** "1:05" of 65 seconds. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export default function PromptsPage() {
  const { t } = useTranslation();
  const isAdmin = useIsAdmin();
  return (
    <ResourcePage<Prompt, { name: string }>
      kind="prompts"
      texts="prompts"
      nameOf={(row) => row.name}
      words={words}
      blank={() => ({ name: "" })}
      toForm={toForm}
      aside={isAdmin && <UploadPlace />}
      made="elsewhere"
      columns={[
        {
          title: t("prompts.name"),
          dataIndex: "name",
          sorter: (a, b) => a.name.localeCompare(b.name),
          defaultSortOrder: "ascend",
        },
        { title: t("prompts.seconds"), align: "right", width: 96, render: (_, row) => clock(row.seconds) },
        {
          title: t("prompts.play"),
          width: 320,
          render: (_, row) => (
            // biome-ignore lint/a11y/useMediaCaption: a recorded announcement; its words are not known
            <audio
              controls
              preload="none"
              aria-label={t("prompts.listen_to", { name: row.name })}
              src={`${BASE}/prompts/${row.id}/sound`}
              onClick={(event) => event.stopPropagation()}
              style={{ height: 32, width: 304, display: "block" }}
            />
          ),
        },
        { title: t("prompts.source"), dataIndex: "source" },
      ]}
      fields={() => (
        <Form.Item name="name" label={t("prompts.name")} rules={[{ required: true }]}>
          <Input maxLength={80} />
        </Form.Item>
      )}
    />
  );
}

/** Takes sound files; each becomes a prompt named after its file. */
function UploadPlace() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(0);

  const send = async (file: File) => {
    const name = file.name.replace(/\.[^.]+$/, "").slice(0, 80);
    setBusy((now) => now + 1);
    try {
      await createPrompt({ body: { name, file }, throwOnError: true });
      message.success(t("prompts.uploaded", { name }));
      await queries.invalidateQueries({ queryKey: ["prompts"] });
    } catch (error) {
      message.error(`${name}: ${problemFrom(error, 0).message || t("problem.unreachable")}`, 6);
    } finally {
      setBusy((now) => now - 1);
    }
  };

  return (
    <div style={{ marginBlockEnd: 16 }} aria-busy={busy > 0}>
      <Upload.Dragger
        accept="audio/*,.wav,.mp3,.ogg,.opus,.flac,.gsm"
        multiple
        showUploadList={false}
        customRequest={({ file }) => void send(file as File)}
      >
        <span>
          <InboxOutlined spin={busy > 0} style={{ fontSize: 20, marginInlineEnd: 8 }} />
          {t("prompts.drop")}
        </span>
      </Upload.Dragger>
    </div>
  );
}
