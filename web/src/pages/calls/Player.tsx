import { PauseOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { Alert, Button, Segmented, theme } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import WaveSurfer from "wavesurfer.js";
import { clockText } from "../../phone/time";

interface Props {
  /** The address of the sound. */
  source: string;
  /** Play at once: the person already asked for it. */
  autoPlay?: boolean;
  onPlay?: () => void;
}

const SPEEDS = [1, 1.25, 1.5, 2];

/**
 * A recording, fetched only when somebody wants to hear it: the server notes each fetch as a hearing, and marks a
 * message as heard.
 */
export function Player({ source, autoPlay = false, onPlay }: Props) {
  const { t } = useTranslation("desk");
  const [wanted, setWanted] = useState(autoPlay);
  if (wanted) return <Wave source={source} onPlay={onPlay} />;
  return (
    <Button type="primary" icon={<PlayCircleOutlined />} aria-label={t("player.play")} onClick={() => setWanted(true)}>
      {t("player.play")}
    </Button>
  );
}

/** The waveform: it plays as soon as it is there; pause, jump by a click on it, faster. */
function Wave({ source, onPlay }: { source: string; onPlay: (() => void) | undefined }) {
  const { t } = useTranslation("desk");
  const { token } = theme.useToken();
  const place = useRef<HTMLDivElement>(null);
  const wave = useRef<WaveSurfer | null>(null);
  const told = useRef(onPlay);
  told.current = onPlay;
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState<number | null>(null);
  const [speed, setSpeed] = useState(1);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    if (!place.current) return;
    const made = WaveSurfer.create({
      container: place.current,
      height: 56,
      barWidth: 2,
      barGap: 1,
      normalize: true,
      waveColor: token.colorTextQuaternary,
      progressColor: token.colorPrimary,
      cursorColor: token.colorText,
      url: source,
    });
    wave.current = made;
    made.on("ready", (seconds) => {
      setLength(seconds);
      void made.play().catch(() => {}); // the browser wants a click first: the button is there
    });
    made.on("timeupdate", setAt);
    made.on("play", () => {
      setPlaying(true);
      told.current?.();
    });
    made.on("pause", () => setPlaying(false));
    made.on("error", () => setFailed(true));
    return () => made.destroy();
  }, [source, token.colorTextQuaternary, token.colorPrimary, token.colorText]);

  if (failed) return <Alert type="warning" showIcon title={t("player.failed")} />;
  return (
    <div className="player">
      <Button
        shape="circle"
        type="primary"
        disabled={length === null}
        icon={playing ? <PauseOutlined /> : <PlayCircleOutlined />}
        aria-label={t(playing ? "player.pause" : "player.play")}
        onClick={() => void wave.current?.playPause()}
      />
      <div ref={place} className="player-wave" />
      <span className="player-time">
        {clockText(at)} / {length === null ? "–" : clockText(length)}
      </span>
      <Segmented<number>
        size="small"
        aria-label={t("player.speed")}
        value={speed}
        options={SPEEDS.map((value) => ({ value, label: `${value}×` }))}
        onChange={(value) => {
          setSpeed(value);
          wave.current?.setPlaybackRate(value, true);
        }}
      />
    </div>
  );
}
