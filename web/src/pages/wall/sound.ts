import { create } from "zustand";
import { onLiveMessage } from "../../live/store";

const KEY = "callroom.wall.sound";
const BEEPS = [0, 0.25, 0.5]; // seconds
const LENGTH = 0.15;
const PITCH = 880;

interface AlarmSound {
  on: boolean;
  turn: (on: boolean) => void;
}

/** Whether this browser's wall sounds when an alarm is raised: kept here, because it is about this room. */
export const useAlarmSound = create<AlarmSound>((set) => ({
  on: window.localStorage.getItem(KEY) === "on",
  turn: (on) => {
    window.localStorage.setItem(KEY, on ? "on" : "off");
    set({ on });
    if (on) void beep(); // so that one hears how loud it is, and the browser lends its loudspeaker
  },
}));

let context: AudioContext | null = null;

async function beep(): Promise<void> {
  context ??= new AudioContext();
  const audio = context;
  await audio.resume();
  for (const at of BEEPS) {
    const tone = new OscillatorNode(audio, { frequency: PITCH });
    const loudness = new GainNode(audio, { gain: 0.2 });
    tone.connect(loudness).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + LENGTH);
  }
}

/** Sound with each alarm that is raised from now on; returns what ends it. */
export function soundAlarms(): () => void {
  return onLiveMessage((message) => {
    if (message.type === "alarm.raised" && useAlarmSound.getState().on) void beep();
  });
}
