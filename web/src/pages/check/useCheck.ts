import { useEffect, useMemo, useRef, useState } from "react";
import { useLive } from "../../live/store";
import { callEcho, restMicrophone } from "../../phone/control";
import { microphone } from "../../phone/microphone";
import { usePhone } from "../../phone/store";
import { EchoEar, type EchoPhase } from "./echo";
import { LOOK_MS, useLevel } from "./level";
import type { Result, Step } from "./verdict";

/** Louder than a quiet room: somebody speaks into the microphone. */
const SPEECH = 0.35;

type Echo = Awaited<ReturnType<typeof callEcho>>;

/** The echo call: what it is at, the sound that comes back, and how to begin and end it. */
function useEcho() {
  const [echo, setEcho] = useState<Echo | null>(null);
  const [phase, setPhase] = useState<EchoPhase>("announcement");
  const [failed, setFailed] = useState(false);
  const ear = useRef(new EchoEar());
  const leg = usePhone((phone) => phone.legs.find((one) => one.key === echo?.key));
  const talking = leg?.state === "talking";
  const sound = useMemo(() => (talking && echo ? echo.sound() : null), [talking, echo]);
  const level = useLevel(sound, (now) => setPhase(ear.current.listen(now, LOOK_MS / 1000)));
  useEffect(() => () => echo?.end(), [echo]);
  const begin = async () => {
    setFailed(false);
    ear.current = new EchoEar();
    setPhase("announcement");
    try {
      setEcho(await callEcho());
    } catch {
      setFailed(true); // no line or no microphone: the steps above say which
    }
  };
  const over = echo !== null && leg === undefined;
  const heard = phase === "heard";
  return {
    going: leg !== undefined,
    talking,
    level,
    phase,
    heard,
    failed: failed || (over && !heard),
    begin,
    end: () => echo?.end(),
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
  const [spoken, setSpoken] = useState(false);
  const level = useLevel(stream, (now) => {
    if (now > SPEECH) setSpoken(true);
  });
  useEffect(() => restMicrophone, []);
  const echo = useEcho();
  const [speaker, setSpeaker] = useState<Result>("todo");
  // Announcements sound like an echo to a machine: whether it was his own voice only the person can say.
  const [judged, judgeEcho] = useState<Result>("todo");

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
    echo: judged !== "todo" ? judged : echo.failed ? "bad" : echo.going || echo.phase === "heard" ? "wait" : "todo",
  };
  return { results, status, microphoneState: state, level, echo, setSpeaker, judgeEcho };
}
