/** Numbers as people at home write them, everywhere in the pages alike; the API tells them with the country before. */

import type { Whence } from "../live/types";

let home = { code: "", prefix: "" };

/** `code`: of the site's country, as "86"; `prefix`: what is dialled before other towns there, as "0". */
export function setHome(code: string, prefix: string): void {
  home = { code, prefix };
}

/** Where a number belongs and who carries it, as people of the language say it; "" when nothing is known, or told. */
export function whenceText(whence: Whence | null | undefined, language: string): string {
  if (!whence) return "";
  const { place_zh, place_en, carrier_zh, carrier_en } = whence;
  return (language.startsWith("zh") ? [place_zh, carrier_zh] : [place_en, carrier_en]).filter(Boolean).join(" · ");
}

const CHINA = "86";
const CHINESE_MOBILE = /^1[3-9].{9}$/; // no prefix stands before it; some digits may be hidden

/** +8613800138000 is 13800138000, and +861062345678 is 01062345678; numbers of other countries stay as they are. */
export function shownNumber(number: string): string {
  const { code, prefix } = home;
  if (!code || !number.startsWith(`+${code}`)) return number;
  const within = number.slice(1 + code.length);
  return (code === CHINA && CHINESE_MOBILE.test(within)) || within.startsWith("*") ? within : prefix + within;
}
