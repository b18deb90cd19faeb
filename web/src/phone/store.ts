import { create } from "zustand";
import type { MicrophoneState } from "./microphone";

export type PhoneStatus =
  /** This person has no phone in the browser. */
  | "off"
  | "starting"
  /** The page was not opened by https, so that the browser lends no microphone. */
  | "insecure"
  | "other_tab"
  /** Another browser, perhaps on another computer, has the phone. */
  | "other_place"
  | "reconnecting"
  | "refused"
  | "registered";

export interface LegView {
  key: string;
  /** The call's id at the server; null for the echo call of the device check. */
  call: string | null;
  state: "ringing" | "answering" | "talking";
  /** Answered by itself: own dialling, or rejoining after a reload. */
  auto: boolean;
  number: string;
  name: string;
  /** Milliseconds since 1970. */
  since: number;
}

export interface PhoneState {
  status: PhoneStatus;
  microphone: MicrophoneState;
  legs: LegView[];
}

export const usePhone = create<PhoneState>()(() => ({ status: "off", microphone: "closed", legs: [] }));

export function legOf(legs: LegView[], call: string | undefined): LegView | undefined {
  return legs.find((leg) => leg.call !== null && leg.call === call);
}
