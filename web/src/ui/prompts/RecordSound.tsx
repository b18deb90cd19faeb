import { AudioOutlined, StopOutlined } from "@ant-design/icons";
import { Alert, Button, Flex, Progress } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock, wavFrom } from "./audio";
import { Sound } from "./Sound";

const LONGEST = 300; // seconds

/** Records from the microphone; the recording can be heard, and made again. */
export function RecordSound({ onChange }: { onChange: (file: File | null) => void }) {
  const { t } = useTranslation();
  const recorder = useRef<MediaRecorder | null>(null);
  const isHere = useRef(true);
  const [since, setSince] = useState<number | null>(null);
  const [now, setNow] = useState(0);
  const [heard, setHeard] = useState<string | null>(null);
  const [failed, setFailed] = useState<"no_microphone" | "not_recorded" | null>(null);

  useEffect(() => () => void (heard && URL.revokeObjectURL(heard)), [heard]);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
      stop(recorder.current);
    };
  }, []);
  useEffect(() => {
    if (since === null) return;
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() - since > LONGEST * 1000) stop(recorder.current);
    }, 200);
    return () => clearInterval(timer);
  }, [since]);

  const begin = async () => {
    setFailed(null);
    setHeard(null);
    onChange(null);
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      setFailed("no_microphone");
      return;
    }
    if (!isHere.current) return letGo(stream);
    const made = new MediaRecorder(stream);
    const parts: Blob[] = [];
    made.ondataavailable = (event) => parts.push(event.data);
    made.onstop = async () => {
      letGo(stream);
      if (!isHere.current) return; // another way was chosen meanwhile
      setSince(null);
      try {
        const wav = await wavFrom(new Blob(parts, { type: made.mimeType }));
        setHeard(URL.createObjectURL(wav));
        onChange(new File([wav], "recording.wav", { type: "audio/wav" }));
      } catch {
        setFailed("not_recorded");
      }
    };
    recorder.current = made;
    made.start();
    setNow(Date.now());
    setSince(Date.now());
  };

  const seconds = since === null ? 0 : Math.max(0, (now - since) / 1000);
  return (
    <Flex vertical gap={8}>
      <Flex gap={12} align="center">
        {since === null ? (
          <Button icon={<AudioOutlined />} onClick={() => void begin()}>
            {t(heard ? "prompts.record_again" : "prompts.record")}
          </Button>
        ) : (
          <Button danger type="primary" icon={<StopOutlined />} onClick={() => stop(recorder.current)}>
            {t("prompts.stop")}
          </Button>
        )}
        {since !== null && (
          <>
            <span className="number">{clock(seconds)}</span>
            <Progress percent={(seconds / LONGEST) * 100} showInfo={false} size="small" style={{ flex: 1 }} />
          </>
        )}
      </Flex>
      {heard && <Sound src={heard} name={t("prompts.recording")} />}
      {failed && <Alert type="error" showIcon title={t(`prompts.${failed}`)} />}
    </Flex>
  );
}

function letGo(stream: MediaStream) {
  for (const track of stream.getTracks()) track.stop();
}

function stop(recorder: MediaRecorder | null) {
  if (recorder && recorder.state !== "inactive") recorder.stop();
}
