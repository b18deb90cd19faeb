import { createRoot } from "react-dom/client";
import { App } from "./App";
import { i18n } from "./i18n";
import "./lib/http";
import { rememberedLook } from "./lib/preferences";
import "./ui/base.css";

const place = document.getElementById("root");
if (!place) throw new Error("the page has no place for the UI");
// Drawn even if the texts cannot be had: keys are better than nothing, and the next change of language asks again.
void i18n.changeLanguage(rememberedLook().language).finally(() => createRoot(place).render(<App />));
