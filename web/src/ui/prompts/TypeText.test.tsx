import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { i18n } from "../../i18n";
import { SoundMaker } from "./SoundMaker";

const VOICES = { installed: true, chosen: { zh: "mei", en: "amy" }, longest_text: 1000 };
vi.mock("./voices", () => ({
  useVoices: () => VOICES,
  useVoiceChoices: (language: string) => [{ value: language === "zh" ? "mei" : "amy", label: "" }],
}));

beforeEach(async () => {
  await i18n.loadNamespaces("admin");
  await i18n.changeLanguage("en");
});

test("a text that was typed before its language was chosen is said by a voice of that language", async () => {
  const told = vi.fn();
  const { rerender } = render(<SoundMaker language="zh" onChange={told} />);
  await userEvent.click(screen.getByText("Type a text"));
  await userEvent.type(screen.getByRole("textbox"), "Hi");
  expect(told).toHaveBeenLastCalledWith({ text: "Hi", voice: "mei" });
  rerender(<SoundMaker language="en" onChange={told} />);
  expect(told).toHaveBeenLastCalledWith({ text: "Hi", voice: "amy" });
});
