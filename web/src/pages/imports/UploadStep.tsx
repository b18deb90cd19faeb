import { InboxOutlined } from "@ant-design/icons";
import { Button, Flex, Progress, Typography, Upload } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem, problemFrom } from "../../lib/problem";
import { ProblemNote } from "../../ui/ProblemNote";
import { MEGABYTES, templateOf, upload } from "./imports";

/** Takes a file, and sends it; `onDone` gets the id of the import. */
export function UploadStep({ onDone }: { onDone: (id: string) => void }) {
  const { t } = useTranslation();
  const [percent, setPercent] = useState<number | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const sending = useRef<AbortController | null>(null);
  useEffect(() => () => sending.current?.abort(), []);

  const send = async (file: File) => {
    setProblem(null);
    if (file.size > MEGABYTES << 20) {
      setProblem(new Problem({ title: t("imports.too_large", { megabytes: MEGABYTES }) }));
      return;
    }
    sending.current = new AbortController();
    setPercent(0);
    try {
      onDone((await upload(file, setPercent, sending.current.signal)).id);
    } catch (error) {
      if (!(error instanceof DOMException)) setProblem(problemFrom(error, 0));
    } finally {
      setPercent(null);
    }
  };

  return (
    <Flex vertical gap={16}>
      <ProblemNote problem={problem} />
      {percent === null ? (
        <Upload.Dragger
          accept=".csv,.txt,.tsv,.xlsx,text/csv"
          showUploadList={false}
          maxCount={1}
          beforeUpload={(file) => {
            void send(file);
            return false;
          }}
        >
          <p>
            <InboxOutlined style={{ fontSize: 32 }} />
          </p>
          <p>{t("imports.drop")}</p>
          <Typography.Text type="secondary">{t("imports.drop_help", { megabytes: MEGABYTES })}</Typography.Text>
        </Upload.Dragger>
      ) : (
        <Flex gap={12} align="center" style={{ paddingBlock: 32 }}>
          <Progress percent={percent} status="active" aria-label={t("imports.sending")} />
          <Button onClick={() => sending.current?.abort()}>{t("act.cancel")}</Button>
        </Flex>
      )}
      <Flex gap={8} align="center" wrap>
        <Typography.Text>{t("imports.template")}</Typography.Text>
        {(["xlsx", "csv"] as const).map((format) => (
          <Button key={format} size="small" href={templateOf(format)} download>
            {t(`service.download_${format}`)}
          </Button>
        ))}
        <Typography.Text type="secondary">{t("imports.template_help")}</Typography.Text>
      </Flex>
    </Flex>
  );
}
