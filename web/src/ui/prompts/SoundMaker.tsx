import { InboxOutlined } from "@ant-design/icons";
import { Flex, Segmented, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RecordByPhone } from "./RecordByPhone";
import { RecordSound } from "./RecordSound";
import { type Typed, TypeText } from "./TypeText";

/** A sound that is to be: a file, a text with its voice, or what was recorded by phone. */
export type Draft = { file: File; origin: "file" | "page" } | { text: string; voice: string } | { recording: string };

type Way = "upload" | "record" | "phone" | "type";
const NOTHING: Typed = { text: "", voice: "" };

interface Props {
  language: "zh" | "en";
  /** What the text begins with, where the sound was typed before. */
  typed?: Typed;
  onChange: (draft: Draft | null) => void;
}

/** The ways in which a sound comes about: uploaded, recorded here or by phone, typed and spoken. */
export function SoundMaker({ language, typed, onChange }: Props) {
  const { t } = useTranslation();
  const [way, setWay] = useState<Way>(typed?.text ? "type" : "upload");
  const [file, setFile] = useState<File | null>(null);
  const [text, setText] = useState<Typed>(typed ?? NOTHING);

  const choose = (next: Way) => {
    setWay(next);
    setFile(null);
    onChange(next === "type" && text.text.trim() ? text : null);
  };
  const take = (next: File | null, origin: "file" | "page") => {
    setFile(next);
    onChange(next && { file: next, origin });
  };

  return (
    <Flex vertical gap={12}>
      <Segmented<Way>
        value={way}
        onChange={choose}
        options={(["upload", "record", "phone", "type"] as const).map((value) => ({
          value,
          label: t(`prompts.by_${value}`),
        }))}
      />
      {way === "upload" && (
        <Upload.Dragger
          accept="audio/*,.wav,.mp3,.ogg,.opus,.flac,.gsm"
          maxCount={1}
          fileList={file ? [{ uid: file.name, name: file.name }] : []}
          beforeUpload={(next) => {
            take(next, "file");
            return false;
          }}
          onRemove={() => take(null, "file")}
        >
          <InboxOutlined style={{ fontSize: 20, marginInlineEnd: 8 }} />
          {t("prompts.drop_one")}
        </Upload.Dragger>
      )}
      {way === "record" && <RecordSound onChange={(next) => take(next, "page")} />}
      {way === "phone" && <RecordByPhone onChange={(recording) => onChange(recording ? { recording } : null)} />}
      {way === "type" && (
        <TypeText
          language={language}
          value={text}
          onChange={(next) => {
            setText(next);
            onChange(next.text.trim() ? next : null);
          }}
        />
      )}
    </Flex>
  );
}
