import dayjs, { type Dayjs } from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";

dayjs.extend(utc);
dayjs.extend(timezone);

let zone = dayjs.tz.guess(); // until the site has told its own

/** Times are shown in the site's time zone, wherever the reader sits. */
export function setZone(name: string): void {
  zone = name;
}

export function zoneName(): string {
  return zone;
}

/** A moment as the site's clocks show it. */
export function here(time?: string | number): Dayjs {
  return dayjs(time).tz(zone);
}

/** The moment at which the site's clocks show what `wall` shows here. */
export function atSite(wall: Dayjs): Dayjs {
  return dayjs.tz(wall.format("YYYY-MM-DD HH:mm:ss"), zone);
}

/** The first moment of a calendar day at the site. */
export function dayBegins(day: Dayjs): Dayjs {
  return dayjs.tz(day.format("YYYY-MM-DD"), zone);
}
