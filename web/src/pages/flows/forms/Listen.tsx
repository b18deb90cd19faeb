import { CaretRightOutlined, PauseOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Sound } from "../../../lib/flow";
import { BASE, request } from "../../../lib/http";
import { problemFrom } from "../../../lib/problem";

interface Props {
  sound: Sound;
  language?: "zh" | "en";
  label: string;
}

/** Plays a sound of the flow; a typed text is spoken by the site's voice first. */
export function Listen({ sound, language, label }: Props) {
  const { t } = useTranslation("flow");
  const { message } = App.useApp();
  const audio = useRef<HTMLAudioElement | null>(null);
  const [state, setState] = useState<"still" | "fetching" | "playing">("still");
  const text = language ? (sound.text?.[language] ?? "").trim() : "";

  const stop = () => {
    audio.current?.pause();
    if (audio.current?.src.startsWith("blob:")) URL.revokeObjectURL(audio.current.src);
    audio.current = null;
    setState("still");
  };
  useEffect(
    () => () => {
      audio.current?.pause();
    },
    [],
  );
  const play = async () => {
    setState("fetching");
    try {
      const source = language
        ? URL.createObjectURL(await request<Blob>("POST", "/prompts/preview", { body: { text, language } }))
        : `${BASE}/prompts/${sound.prompt}/sound`;
      const playing = new Audio(source);
      audio.current = playing;
      playing.onended = stop;
      await playing.play();
      setState("playing");
    } catch (error) {
      stop();
      message.error(problemFrom(error, 0).message || t("sound.not_heard"));
    }
  };

  return (
    <Button
      icon={state === "playing" ? <PauseOutlined /> : <CaretRightOutlined />}
      loading={state === "fetching"}
      disabled={language ? !text : false}
      aria-label={`${t(state === "playing" ? "sound.listening" : "sound.listen")}: ${label}`}
      onClick={state === "playing" ? stop : () => void play()}
    />
  );
}
