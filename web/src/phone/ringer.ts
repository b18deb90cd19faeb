import { soundChoices } from "./choices";

const RING_SECONDS = 1.2;
const ROUND_SECONDS = 3.6;

/** One round of the ring: two soft chimes, then silence. Samples in −1 … 1. */
export function ringSamples(rate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(ROUND_SECONDS * rate));
  const chime = (from: number, pitch: number) => {
    const length = Math.round((RING_SECONDS / 2) * rate);
    for (let i = 0; i < length; i++) {
      const t = i / rate;
      const loudness = 0.3 * Math.min(1, t / 0.01) * Math.exp(-4 * t);
      const wave = Math.sin(2 * Math.PI * pitch * t) + 0.35 * Math.sin(2 * Math.PI * 2 * pitch * t);
      samples[Math.round(from * rate) + i] = loudness * wave;
    }
  };
  chime(0, 659.25);
  chime(RING_SECONDS / 2, 523.25);
  return samples;
}

let context: AudioContext | null = null;
let source: AudioBufferSourceNode | null = null;

async function toChosenDevice(audio: AudioContext): Promise<void> {
  if (!("setSinkId" in audio)) return;
  const choose = audio.setSinkId as (id: string) => Promise<void>;
  try {
    await choose.call(audio, soundChoices().ringer);
  } catch {
    await choose.call(audio, ""); // the chosen device is not plugged in: the usual one rings
  }
}

/** Ring on the chosen device until `stopRing`. */
export async function startRing(): Promise<void> {
  if (source) return;
  context ??= new AudioContext();
  const samples = ringSamples(context.sampleRate);
  const buffer = context.createBuffer(1, samples.length, context.sampleRate);
  buffer.copyToChannel(samples, 0);
  source = context.createBufferSource();
  source.buffer = buffer;
  source.loop = true;
  source.connect(context.destination);
  source.start();
  await toChosenDevice(context);
  await context.resume();
}

export function stopRing(): void {
  source?.stop();
  source?.disconnect();
  source = null;
}

/** One round, to hear which device rings. */
export async function tryRing(): Promise<void> {
  await startRing();
  setTimeout(stopRing, ROUND_SECONDS * 1000);
}
