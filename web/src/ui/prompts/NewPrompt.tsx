import { useQueryClient } from "@tanstack/react-query";
import { AutoComplete, Form, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createPrompt } from "../../api";
import { problemFrom } from "../../lib/problem";
import { useRows } from "../../lib/resource";
import type { Prompt } from "../../lib/types";
import { Dialog } from "../Dialog";
import { NameField, Side } from "../fields";
import { ProblemNote, useProblem } from "../ProblemNote";
import { type Draft, SoundMaker } from "./SoundMaker";

interface Props {
  open: boolean;
  onClose: () => void;
  onMade?: (prompt: Prompt) => void;
}

interface Fields {
  name: string;
  folder: string;
  language: "zh" | "en";
}

/** A new prompt: its name, and its first sound. */
export function NewPrompt({ open, onClose, onMade }: Props) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const { problem, show, clear } = useProblem(form);
  const language = Form.useWatch("language", form) ?? (i18n.language === "en" ? "en" : "zh");
  const [draft, setDraft] = useState<Draft | null>(null);
  const [busy, setBusy] = useState(false);

  const take = (next: Draft | null) => {
    setDraft(next);
    if (next && "file" in next && next.origin === "file" && !form.getFieldValue("name"))
      form.setFieldValue("name", next.file.name.replace(/\.[^.]+$/, "").slice(0, 80));
  };
  const save = async (fields: Fields) => {
    if (!draft) return;
    setBusy(true);
    clear();
    try {
      const { data } = await createPrompt({ body: { ...fields, ...draft }, throwOnError: true });
      await queries.invalidateQueries({ queryKey: ["prompts"] });
      onMade?.(data);
      onClose();
    } catch (error) {
      show(problemFrom(error, 0));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open={open}
      title={t("prompts.new")}
      okText={t("act.save")}
      okButtonProps={{ disabled: draft === null, loading: busy }}
      onOk={form.submit}
      onCancel={onClose}
      destroyOnHidden
      afterClose={() => {
        setDraft(null);
        form.resetFields();
      }}
    >
      <ProblemNote problem={problem} />
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ name: "", folder: "", language: i18n.language === "en" ? "en" : "zh" }}
        onFinish={(fields) => void save(fields)}
      >
        <NameField label={t("prompts.name")} />
        <Side>
          <FolderField />
          <Form.Item name="language" label={t("prompts.language")}>
            <Segmented
              options={[
                { value: "zh", label: "中文" },
                { value: "en", label: "English" },
              ]}
            />
          </Form.Item>
        </Side>
      </Form>
      <SoundMaker language={language} onChange={take} />
    </Dialog>
  );
}

/** In which folder a prompt lies; any name makes one. */
export function FolderField() {
  const { t } = useTranslation();
  const { data } = useRows<Prompt>("prompts");
  const folders = [...new Set((data ?? []).map((row) => row.folder).filter(Boolean))].sort();
  return (
    <Form.Item name="folder" label={t("prompts.folder")}>
      <AutoComplete options={folders.map((value) => ({ value }))} maxLength={80} placeholder={t("prompts.no_folder")} />
    </Form.Item>
  );
}
