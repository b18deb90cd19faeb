import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { I18nextProvider } from "react-i18next";
import { MemoryRouter } from "react-router";
import { beforeEach, expect, test, vi } from "vitest";
import { i18n } from "../../i18n";
import { MeContext } from "../../lib/session";
import type { Me } from "../../lib/types";
import { NOTHING } from "../../live/reduce";
import { agentView, callView } from "../../live/samples";
import { useLive } from "../../live/store";
import type { CallView } from "../../live/types";
import { type LegView, usePhone } from "../../phone/store";
import DeskPage from "./DeskPage";

const sent = vi.hoisted(() => vi.fn());
vi.mock("../../lib/http", () => ({
  request: async (method: string, path: string, options?: { body?: unknown }) => {
    if (method !== "GET") sent(method, path, options?.body);
    return { items: [], next: null };
  },
}));

const lunch = {
  id: "lunch",
  name_zh: "午餐",
  name_en: "Lunch",
  kind: "away",
  position: 1,
  limit_minutes: 30,
  limit_per_day_minutes: 60,
  chosen_by: "agents",
};

const ana = agentView({ id: "ana", extension: "801", state: "talking" });
const mine = callView({ id: "c1", agent: "ana", state: "talking", answered_at: "2026-11-23T08:00:09Z" });
const leg: LegView = { key: "k", call: "c1", state: "ringing", auto: false, number: "", name: "", since: 0 };

function desk(call: CallView | null, me = ana, legs: LegView[] = []) {
  useLive.setState({ ...NOTHING, seq: 1, me: { agent: me, device: null }, calls: call ? { [call.id]: call } : {} });
  usePhone.setState({ status: "registered", microphone: "open", legs });
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queries.setQueryData(["presence-reasons"], [lunch]);
  render(
    <I18nextProvider i18n={i18n}>
      <MeContext value={{ role: "agent" } as Me}>
        <QueryClientProvider client={queries}>
          <App>
            <MemoryRouter>
              <DeskPage />
            </MemoryRouter>
          </App>
        </QueryClientProvider>
      </MeContext>
    </I18nextProvider>,
  );
}

function button(name: string) {
  return screen.getByRole("button", { name });
}

beforeEach(async () => {
  sent.mockClear();
  await i18n.changeLanguage("zh");
});

test("a talking agent's keys hold, mute and hang up", async () => {
  desk(mine);
  await userEvent.keyboard("h");
  await userEvent.keyboard("m");
  await userEvent.keyboard("{Shift>}E{/Shift}");
  expect(sent.mock.calls.map(([, path]) => path)).toEqual(["/calls/c1/hold", "/calls/c1/mute", "/calls/c1/hangup"]);
});

test("typing into the memo is no command", async () => {
  desk(mine);
  await userEvent.type(await screen.findByLabelText("备注"), "hmt");
  expect(sent).not.toHaveBeenCalled();
});

test("what is held can be resumed, what is muted unmuted", async () => {
  desk({ ...mine, state: "held", muted: true });
  await userEvent.click(button("恢复"));
  await userEvent.click(button("取消静音"));
  expect(sent.mock.calls.map(([, path]) => path)).toEqual(["/calls/c1/resume", "/calls/c1/unmute"]);
});

test("the keypad sends what is pressed on the keyboard", async () => {
  desk(mine);
  await userEvent.keyboard("k5#");
  expect(sent.mock.calls.map(([, , body]) => body)).toEqual([{ digits: "5" }, { digits: "#" }]);
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByRole("region", { name: "拨号键盘" })).toBeNull();
});

test("a call between colleagues can be neither held, muted nor transferred", async () => {
  desk({ ...mine, direction: "internal", internal: true, from: "801", to: "802" });
  expect(button("挂断")).toBeEnabled();
  for (const name of ["保持", "静音", "转接"]) expect(screen.queryByRole("button", { name })).toBeNull();
  await userEvent.keyboard("hmt");
  expect(sent).not.toHaveBeenCalled();
});

test("a ringing call is answered or declined once the phone rings here", () => {
  desk({ ...mine, agent: null, offered_to: ["ana"], state: "ringing" }, ana, []);
  expect(button("接听")).toBeDisabled();
  act(() => usePhone.setState({ legs: [leg] }));
  expect(button("接听")).toBeEnabled();
  expect(button("拒接")).toBeEnabled();
});

test("whom a SIP phone asks on its second line is swapped by that phone alone", async () => {
  const asked = { agent: "bo", name: "Bo", number: "802", state: "talking" as const, cause: "" };
  desk({ ...mine, state: "consulting", consult: { ...asked, by_phone: true } });
  expect(await screen.findByRole("button", { name: "完成转接" })).toBeEnabled();
  expect(screen.queryByRole("button", { name: "三方通话" })).toBeNull();
  await userEvent.keyboard("sj");
  expect(sent).not.toHaveBeenCalled();
  act(() => useLive.setState({ calls: { c1: { ...mine, consult: { ...asked, by_phone: false } } } }));
  expect(button("三方通话")).toBeEnabled();
});

test("before the server has told anything nobody is told that he takes no calls", () => {
  desk(null);
  act(() => useLive.setState({ ...NOTHING }));
  expect(screen.queryByText(/此账号不接电话/)).toBeNull();
  act(() => useLive.setState({ seq: 1 }));
  expect(screen.getByText(/此账号不接电话/)).toBeTruthy();
});

test("after the call it is done with one key", async () => {
  desk(null, { ...ana, state: "wrap_up", until: "2026-11-23T08:10:00Z" });
  expect(button("完成")).toBeEnabled();
  await userEvent.keyboard("d");
  expect(sent).toHaveBeenCalledWith("PUT", "/me/presence", { state: "ready" });
});

test("the desk speaks English too", async () => {
  await i18n.changeLanguage("en");
  desk(mine);
  for (const name of ["Hold", "Mute", "Keypad", "Transfer", "Hang up", "Ready", "Busy", "Away", "Sign out"]) {
    expect(button(name)).toBeInTheDocument();
  }
});

test("who was made busy because he missed calls is told so, and how to go on", async () => {
  desk(null, agentView({ id: "ana", state: "busy", reason: "missed_calls" }));
  expect(screen.getByText("多次未接")).toBeTruthy();
  expect(screen.getByRole("alert").textContent).toContain("示闲");
  await userEvent.click(button("示闲"));
  expect(sent).toHaveBeenCalledWith("PUT", "/me/presence", { state: "ready" });
});

test("a rest's limits are told, and that one is passed", async () => {
  const away = agentView({ id: "ana", state: "away", reason: "lunch", rested: { lunch: 720 } });
  desk(null, away);
  expect(await screen.findByText("每次最长 30 分钟，每天最长 60 分钟（此前已用 12）")).toBeTruthy();
  act(() => useLive.setState({ me: { agent: { ...away, over: "stay" }, device: null } }));
  expect((await screen.findByRole("alert")).textContent).toContain("“午餐”每次最长 30 分钟，已超时");
});
