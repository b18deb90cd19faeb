import { useSyncExternalStore } from "react";
import { zoneName } from "../lib/zone-name";

/** One clock for all timers on the page: they change together, and only while one is shown. */
const watchers = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function watch(watcher: () => void): () => void {
  if (watchers.size === 0) {
    now = Date.now();
    ticking = setInterval(() => {
      now = Date.now();
      for (const one of watchers) one();
    }, 1_000);
  }
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) clearInterval(ticking);
  };
}

/** Milliseconds since 1970, renewed each second. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => now);
}

/** "0:07", "12:40", "1:02:03"; a time in the future counts as none. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (part: number) => String(part).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const yearOf = (at: Date) => at.toLocaleDateString("en-GB", { year: "numeric", timeZone: zoneName() });

/** "11/23 14:05", with the year when it is not this one. */
export function dateTimeText(time: string, language: string): string {
  const at = new Date(time);
  const year = yearOf(at) === yearOf(new Date()) ? {} : { year: "numeric" as const };
  return at
    .toLocaleString(language === "zh" ? "zh-CN" : "en-GB", {
      ...year,
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      timeZone: zoneName(),
    })
    .replace(",", "");
}

export function timeText(time: string, language: string): string {
  return new Date(time).toLocaleTimeString(language === "zh" ? "zh-CN" : "en-GB", {
    hour12: false,
    timeZone: zoneName(),
  });
}
