import { InboxOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, Select, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type OwnFaxBox, sendFax } from "../../api";
import { type Problem, problemFrom } from "../../lib/problem";
import { Dialog } from "../../ui/Dialog";
import { ProblemNote } from "../../ui/ProblemNote";

interface Wanted {
  box_id: string;
  number: string;
  cover?: string;
}

const MEGABYTES = 20;

/** Takes a PDF and a number, and puts the fax in line; `onClose` is told whether it did. */
export function SendFax({ boxes, onClose }: { boxes: OwnFaxBox[]; onClose: (sent: boolean) => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Wanted>();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [wrong, setWrong] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  // One key for this form: a second press, or a press after a lost answer, sends no second fax.
  const [key] = useState(() => crypto.randomUUID());

  const choose = (chosen: File) => {
    const isPdf = chosen.type === "application/pdf" || /\.pdf$/i.test(chosen.name);
    const fits = chosen.size <= MEGABYTES << 20;
    setWrong(isPdf ? (fits ? "" : t("faxes.too_large", { megabytes: MEGABYTES })) : t("faxes.not_a_pdf"));
    setFile(isPdf && fits ? chosen : null);
    return false;
  };

  const submit = async ({ box_id, number, cover }: Wanted) => {
    if (!file) {
      setWrong((now) => now || t("faxes.needs_file"));
      return;
    }
    setBusy(true);
    try {
      await sendFax({
        body: { box_id, number, cover: cover ?? "", file },
        headers: { "Idempotency-Key": key },
        throwOnError: true,
      });
      await queries.invalidateQueries({ queryKey: ["faxes"] });
      onClose(true);
    } catch (error) {
      setProblem(problemFrom(error, 0));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      title={t("faxes.send")}
      okText={t("faxes.send_now")}
      cancelText={t("act.cancel")}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={() => onClose(false)}
    >
      <ProblemNote problem={problem} />
      <Form form={form} layout="vertical" initialValues={{ box_id: boxes[0]?.id }} onFinish={submit}>
        <Form.Item
          label={t("faxes.file")}
          required
          validateStatus={wrong ? "error" : undefined}
          help={wrong || undefined}
        >
          <Upload.Dragger accept="application/pdf,.pdf" showUploadList={false} beforeUpload={choose} maxCount={1}>
            <span>
              <InboxOutlined style={{ fontSize: 20, marginInlineEnd: 8 }} />
              {file ? file.name : t("faxes.drop")}
            </span>
          </Upload.Dragger>
        </Form.Item>
        <Form.Item name="number" label={t("faxes.number_out")} rules={[{ required: true }]}>
          <Input maxLength={40} inputMode="tel" autoComplete="off" />
        </Form.Item>
        <Form.Item name="cover" label={t("faxes.cover")} extra={t("faxes.cover_help")}>
          <Input maxLength={120} />
        </Form.Item>
        {boxes.length > 1 && (
          <Form.Item name="box_id" label={t("faxes.from_box")} rules={[{ required: true }]}>
            <Select options={boxes.map(({ id, name }) => ({ value: id, label: name }))} />
          </Form.Item>
        )}
        {boxes.length <= 1 && <Form.Item name="box_id" hidden noStyle />}
      </Form>
    </Dialog>
  );
}
