import { createRoot } from "react-dom/client";
import { App } from "./App";
import "./lib/http";
import "./ui/base.css";

const place = document.getElementById("root");
if (!place) throw new Error("the page has no place for the UI");
createRoot(place).render(<App />);
