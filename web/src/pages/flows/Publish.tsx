import { CloudUploadOutlined } from "@ant-design/icons";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemFrom } from "../../lib/problem";
import { Dialog } from "../../ui/Dialog";
import { useProblems } from "./Problems";
import type { Draft } from "./useDraft";

/** The button that lets callers go through the draft; with problems it shows these instead. */
export function Publish({ draft, onProblems }: { draft: Draft; onProblems: () => void }) {
  const { t } = useTranslation("flow");
  const { message } = App.useApp();
  const problems = useProblems();
  const [asks, setAsks] = useState(false);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const isSame = draft.state === "saved" && !draft.standing.differs;

  const begin = () => {
    if (problems.length === 0) return setAsks(true);
    message.warning(t("bar.not_published"));
    onProblems();
  };
  const publish = async () => {
    setBusy(true);
    try {
      const { published } = await draft.publish(note.trim());
      message.success(t("bar.published", { version: published }));
      setAsks(false);
      setNote("");
    } catch (error) {
      message.error(problemFrom(error, 0).message || t("save.failed"));
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Button type="primary" icon={<CloudUploadOutlined />} disabled={isSame} onClick={begin}>
        {t("bar.publish")}
      </Button>
      <Dialog
        title={t("bar.publish")}
        open={asks}
        okText={t("bar.publish")}
        confirmLoading={busy}
        onOk={() => void publish()}
        onCancel={() => setAsks(false)}
        destroyOnHidden
      >
        <p>{t("bar.publish_sure")}</p>
        <Input
          aria-label={t("versions.note")}
          placeholder={t("versions.note")}
          maxLength={200}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          onPressEnter={() => void publish()}
        />
      </Dialog>
    </>
  );
}
