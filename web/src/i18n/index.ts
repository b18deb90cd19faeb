import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import deskEn from "./desk.en.json";
import deskZh from "./desk.zh.json";
import en from "./en.json";
import zh from "./zh.json";

export const i18n = i18next;

void i18n.use(initReactI18next).init({
  lng: "zh",
  fallbackLng: false,
  defaultNS: "translation",
  resources: { zh: { translation: zh, desk: deskZh }, en: { translation: en, desk: deskEn } },
  interpolation: { escapeValue: false },
  initAsync: false,
});
