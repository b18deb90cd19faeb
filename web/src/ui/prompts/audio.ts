/** "1:05" of 65 seconds. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** The bytes of a WAV file of 16 bits of one channel; samples are from -1 to 1. */
export function wavOf(samples: Float32Array, rate: number): DataView<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (at: number, word: string) => {
    for (let place = 0; place < word.length; place++) bytes.setUint8(at + place, word.charCodeAt(place));
  };
  text(0, "RIFF");
  bytes.setUint32(4, 36 + samples.length * 2, true);
  text(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, rate, true);
  bytes.setUint32(28, rate * 2, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  text(36, "data");
  bytes.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, place) => {
    bytes.setInt16(44 + place * 2, Math.round(Math.max(-1, Math.min(1, sample)) * 32767), true);
  });
  return bytes;
}

/** What a browser recorded, in whatever form it does, as a WAV file that every server reads. */
export async function wavFrom(recorded: Blob): Promise<Blob> {
  const context = new AudioContext();
  try {
    const sound = await context.decodeAudioData(await recorded.arrayBuffer());
    return new Blob([wavOf(sound.getChannelData(0), sound.sampleRate)], { type: "audio/wav" });
  } finally {
    void context.close();
  }
}

export interface Quality {
  rate: number;
  level: number | null;
  clipped: number;
}

/** What is wrong with a sound as it came; empty when nothing is. */
export function faultsOf(quality: Quality): ("silent" | "quiet" | "clipped" | "narrow")[] {
  if (quality.level === null) return ["silent"];
  return [
    ...(quality.level < -38 ? (["quiet"] as const) : []),
    ...(quality.clipped > 0.001 ? (["clipped"] as const) : []),
    ...(quality.rate < 8000 ? (["narrow"] as const) : []),
  ];
}
