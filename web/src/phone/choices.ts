/** Which devices this person chose in this browser; kept here, because the names belong to this machine. */

export interface SoundChoices {
  microphone: string;
  speaker: string;
  ringer: string;
  /** Echo, noise and level are evened out by the browser. */
  processing: boolean;
}

const KEY = "callroom.sound";
const USUAL: SoundChoices = { microphone: "", speaker: "", ringer: "", processing: true };

export function soundChoices(): SoundChoices {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<SoundChoices>) };
  } catch {
    return USUAL; // somebody else's text under our key
  }
}

export function chooseSound(change: Partial<SoundChoices>): SoundChoices {
  const choices = { ...soundChoices(), ...change };
  localStorage.setItem(KEY, JSON.stringify(choices));
  return choices;
}
