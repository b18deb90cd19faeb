import { readFileSync } from "node:fs";
import { render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { i18n } from "../i18n";
import { loadAgain, SHARED } from "./again";
import { PageBroken } from "./PageBroken";

vi.mock("./again", async (original) => {
  const real = await original<typeof import("./again")>();
  return { ...real, loadAgain: vi.fn(real.loadAgain) };
});

function Broken({ message }: { message: string }): never {
  throw new Error(message);
}

function broken(message: string) {
  render(
    <PageBroken place="/desk">
      <Broken message={message} />
    </PageBroken>,
  );
}

const answers = vi.fn();

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", answers);
  vi.spyOn(console, "error").mockImplementation(() => {});
  sessionStorage.clear();
  vi.mocked(loadAgain).mockClear();
  await i18n.changeLanguage("en");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("a page whose files could not be had is loaded anew by itself, and one that fails otherwise is not", () => {
  broken("x is undefined");
  expect(screen.getByText("x is undefined")).toBeTruthy();
  expect(loadAgain).not.toHaveBeenCalled();
  broken("Unable to preload CSS for /assets/Frame-DF3wTFYH.css");
  expect(loadAgain).toHaveBeenCalledOnce();
});

test("it waits for the server, and does so once in half a minute", async () => {
  const load = vi.fn();
  answers.mockRejectedValueOnce(new TypeError("Failed to fetch")).mockResolvedValue({ ok: true });
  loadAgain(load);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(load).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(load).toHaveBeenCalledOnce();
  loadAgain(load);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(load).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(12_000);
  expect(load).toHaveBeenCalledTimes(2);
});

test("a page whose own script could not be had asks the same, and counts itself by the same moment", () => {
  const page = readFileSync("index.html", "utf8").replaceAll("_", "");
  for (const shared of Object.values(SHARED)) expect(page).toContain(`${shared}`);
});
