import dayjs, { type Dayjs } from "dayjs";
import "dayjs/locale/zh-cn";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";
import { i18n } from "../i18n";
import { zoneName } from "./zone-name";

dayjs.extend(utc);
dayjs.extend(timezone);

const speak = (language: string) => dayjs.locale(language === "zh" ? "zh-cn" : "en");
speak(i18n.language);
i18n.on("languageChanged", speak);

/** A moment as the site's clocks show it. */
export function here(time?: string | number): Dayjs {
  return dayjs(time).tz(zoneName());
}

/** The moment at which the site's clocks show what `wall` shows here. */
export function atSite(wall: Dayjs): Dayjs {
  return dayjs.tz(wall.format("YYYY-MM-DD HH:mm:ss"), zoneName());
}

/** The first moment of a calendar day at the site. */
export function dayBegins(day: Dayjs): Dayjs {
  return dayjs.tz(day.format("YYYY-MM-DD"), zoneName());
}

/** Calendar days of the site as the server's times: the first moment of one, the first after the other. */
export function dayBounds(from: Dayjs, to: Dayjs): { from: string; to: string } {
  return { from: dayBegins(from).toISOString(), to: dayBegins(to.add(1, "day")).toISOString() };
}

/** The days on which such a period begins and ends. */
export function daysOf(from: string, to: string): [Dayjs, Dayjs] {
  return [here(from), here(Date.parse(to) - 1)];
}
