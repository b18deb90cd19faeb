import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";

export const i18n = i18next;

/** Each language's texts, fetched when it is first spoken. */
const TEXTS = import.meta.glob<{ default: object }>("./*.json");

const backend: BackendModule = {
  type: "backend",
  init: () => {},
  read: (language, namespace, done) => {
    const file = namespace === "translation" ? `./${language}.json` : `./${namespace}.${language}.json`;
    const texts = TEXTS[file];
    if (!texts) done(new Error(`no texts: ${file}`), false);
    else
      texts().then(
        (module) => done(null, module.default),
        (error: Error) => done(error, false),
      );
  },
};

// No language yet: `changeLanguage` comes before the first page is drawn.
void i18n
  .use(backend)
  .use(initReactI18next)
  .init({
    fallbackLng: false,
    ns: ["translation", "desk"],
    defaultNS: "translation",
    fallbackNS: "admin", // the texts of pages that agents hardly see, fetched with the first of them
    interpolation: { escapeValue: false },
    initAsync: false,
  });
