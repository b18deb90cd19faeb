import { useEffect, useMemo, useState } from "react";
import { useLive } from "../../live/store";
import { callEcho } from "../../phone/control";
import { microphone } from "../../phone/microphone";
import { usePhone } from "../../phone/store";
import { useLevel } from "./level";
import type { Result, Step } from "./verdict";

/** Louder than a quiet room: somebody speaks into the microphone. */
const SPEECH = 0.35;
/** The echo service was heard to send something back. */
const HEARD = 0.2;

type Echo = Awaited<ReturnType<typeof callEcho>>;

/** The echo call: what it is at, the sound that comes back, and how to begin and end it. */
function useEcho() {
  const [echo, setEcho] = useState<Echo | null>(null);
  const [failed, setFailed] = useState(false);
  const leg = usePhone((phone) => phone.legs.find((one) => one.key === echo?.key));
  const talking = leg?.state === "talking";
  const sound = useMemo(() => (talking && echo ? echo.sound() : null), [talking, echo]);
  const { now, loudest } = useLevel(sound);
  useEffect(() => () => echo?.end(), [echo]);
  const begin = async () => {
    setFailed(false);
    try {
      setEcho(await callEcho());
    } catch {
      setFailed(true); // no line or no microphone: the steps above say which
    }
  };
  const end = () => {
    echo?.end();
    if (!leg) setEcho(null);
  };
  const refused = echo !== null && leg === undefined && loudest === 0;
  return {
    going: leg !== undefined,
    talking,
    level: now,
    heard: loudest > HEARD,
    failed: failed || refused,
    begin,
    end,
  };
}

/** Each step of the check with its result, kept up to date. */
export function useCheck() {
  const link = useLive((live) => live.link);
  const status = usePhone((phone) => phone.status);
  const state = usePhone((phone) => phone.microphone);
  const stream = useMemo(
    () => (state === "open" && microphone.track ? new MediaStream([microphone.track]) : null),
    [state],
  );
  const voice = useLevel(stream);
  const echo = useEcho();
  const [spoken, setSpoken] = useState(false);
  const [echoHeard, setEchoHeard] = useState(false);
  const [speaker, setSpeaker] = useState<Result>("todo");
  useEffect(() => {
    if (voice.loudest > SPEECH) setSpoken(true);
  }, [voice.loudest]);
  useEffect(() => {
    if (echo.heard) setEchoHeard(true);
  }, [echo.heard]);

  const line: Result =
    status === "registered" ? "ok" : status === "starting" || status === "reconnecting" ? "wait" : "bad";
  const voiceResult: Result =
    state === "denied" || state === "missing" ? "bad" : spoken ? "ok" : state === "open" ? "wait" : "todo";
  const results: Record<Step, Result> = {
    secure: window.isSecureContext ? "ok" : "bad",
    server: link === "open" ? "ok" : "wait",
    line,
    microphone: voiceResult,
    speaker,
    echo: echoHeard ? "ok" : echo.failed ? "bad" : echo.going ? "wait" : "todo",
  };
  return { results, status, microphoneState: state, level: voice.now, echo, setSpeaker };
}
