import { soundChoices } from "./choices";

/** The one `<audio>` element in which the other side is heard, on the chosen speaker. */
export function remoteSound(): HTMLAudioElement {
  const found = document.querySelector<HTMLAudioElement>("audio#remote-sound");
  if (found) return found;
  const audio = document.createElement("audio");
  audio.id = "remote-sound";
  audio.autoplay = true;
  audio.hidden = true;
  document.body.append(audio);
  return audio;
}

/** Send the sound to the chosen speaker; the usual one when that is not plugged in. */
export async function toChosenSpeaker(audio: HTMLAudioElement): Promise<void> {
  if (!("setSinkId" in audio)) return;
  try {
    await audio.setSinkId(soundChoices().speaker);
  } catch {
    await audio.setSinkId("");
  }
}

/** Let a stream be heard. */
export async function hear(stream: MediaStream): Promise<void> {
  const audio = remoteSound();
  audio.srcObject = stream;
  await toChosenSpeaker(audio);
  await audio.play();
}

/** Stop hearing this stream, unless another took its place. */
export function unhear(stream: MediaStream): void {
  const audio = remoteSound();
  if (audio.srcObject === stream) audio.srcObject = null;
}
