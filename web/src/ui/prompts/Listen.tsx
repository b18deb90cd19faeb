import { CaretRightOutlined, PauseOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemFrom } from "../../lib/problem";

interface Props {
  /** What is heard. */
  label: string;
  /** Where it is, asked for when somebody wants to hear it; a `blob:` address is let go afterwards. Throws `Problem`. */
  source: () => Promise<string>;
  disabled?: boolean | undefined;
}

/** A button that plays a sound, and stops it. */
export function Listen({ label, source, disabled }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const audio = useRef<HTMLAudioElement | null>(null);
  const [state, setState] = useState<"still" | "fetching" | "playing">("still");

  const stop = useCallback(() => {
    audio.current?.pause();
    if (audio.current?.src.startsWith("blob:")) URL.revokeObjectURL(audio.current.src);
    audio.current = null;
    setState("still");
  }, []);
  useEffect(() => stop, [stop]);

  const play = async () => {
    const wanted = new Audio();
    audio.current = wanted;
    setState("fetching");
    try {
      const address = await source();
      if (audio.current !== wanted) return URL.revokeObjectURL(address); // the button went meanwhile
      wanted.src = address;
      wanted.onended = stop;
      await wanted.play();
      setState("playing");
    } catch (error) {
      if (audio.current !== wanted) return;
      stop();
      message.error(problemFrom(error, 0).message || t("prompts.not_heard"));
    }
  };

  return (
    <Button
      icon={state === "playing" ? <PauseOutlined /> : <CaretRightOutlined />}
      loading={state === "fetching"}
      disabled={disabled}
      aria-label={`${t(state === "playing" ? "prompts.stop" : "prompts.play")}: ${label}`}
      onClick={state === "playing" ? stop : () => void play()}
    />
  );
}
