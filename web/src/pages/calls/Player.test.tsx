import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { I18nextProvider } from "react-i18next";
import { beforeEach, expect, test, vi } from "vitest";
import { i18n } from "../../i18n";
import { Player } from "./Player";

const create = vi.hoisted(() => vi.fn(() => ({ on: vi.fn(), destroy: vi.fn() })));
vi.mock("wavesurfer.js", () => ({ default: { create } }));

beforeEach(() => create.mockClear());

test("a recording is fetched when somebody asks to hear it, not when its page is opened", async () => {
  await i18n.changeLanguage("zh");
  render(
    <I18nextProvider i18n={i18n}>
      <Player source="/api/v1/recordings/r1/sound" />
    </I18nextProvider>,
  );
  expect(create).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "播放" }));
  expect(create).toHaveBeenCalledWith(expect.objectContaining({ url: "/api/v1/recordings/r1/sound" }));
});
