import { create } from "zustand";
import { changeMe } from "../api";
import { i18n } from "../i18n";
import type { Language, Theme } from "./types";

const KEY = "callroom.look";

interface Look {
  language: Language;
  theme: Theme;
}

interface Preferences extends Look {
  /** Change what the page looks like at once, and for a signed-in person keep it with the account. */
  choose: (change: Partial<Look>, signedIn: boolean) => void;
}

/** The look of this browser's last person; on a first visit the browser's own language. */
export function rememberedLook(): Look {
  const browser: Language = navigator.language.toLowerCase().startsWith("en") ? "en" : "zh";
  const kept = window.localStorage.getItem(KEY);
  if (!kept) return { language: browser, theme: "system" };
  const [language, theme] = kept.split(" ");
  return {
    language: language === "en" ? "en" : "zh",
    theme: theme === "light" || theme === "dark" ? theme : "system",
  };
}

function show(look: Look): void {
  window.localStorage.setItem(KEY, `${look.language} ${look.theme}`);
  document.documentElement.lang = look.language === "zh" ? "zh-CN" : "en";
  if (i18n.language !== look.language) void i18n.changeLanguage(look.language);
}

export const usePreferences = create<Preferences>((set, get) => ({
  ...rememberedLook(),
  choose: (change, signedIn) => {
    set(change);
    const { language, theme } = get();
    show({ language, theme });
    // The page already looks as wished; a server that is away only means that the next browser does not know of it.
    if (signedIn) changeMe({ body: change, throwOnError: true }).catch(() => undefined);
  },
}));
