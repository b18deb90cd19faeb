import { useEffect, useRef, useState } from "react";

/** How loud a sound is, 0 … 1 on the scale that ears use: −60 dB and less is 0, full scale is 1. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const loudness = Math.sqrt(sum / Math.max(1, samples.length));
  return loudness === 0 ? 0 : Math.min(1, Math.max(0, 1 + (20 * Math.log10(loudness)) / 60));
}

/** Between two looks at a stream (milliseconds). */
export const LOOK_MS = 100;

/** The level of a stream, ten times a second, each also given to `onLevel`; 0 without a stream. */
export function useLevel(stream: MediaStream | null, onLevel: (level: number) => void): number {
  const [level, setLevel] = useState(0);
  const tell = useRef(onLevel);
  tell.current = onLevel;
  useEffect(() => {
    setLevel(0);
    if (!stream) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const now = levelOf(samples);
      setLevel(now);
      tell.current(now);
    }, LOOK_MS);
    return () => {
      clearInterval(timer);
      void context.close();
    };
  }, [stream]);
  return level;
}
