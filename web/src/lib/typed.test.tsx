import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { Problem } from "./problem";
import { MeContext } from "./session";
import { useTyped } from "./typed";
import type { Me } from "./types";

const save = vi.fn<(value: string, version: number) => Promise<number>>();

function Field({ stored, version }: { stored: string; version: number }) {
  const typed = useTyped({ what: "field", stored, version, save });
  return (
    <>
      <input value={typed.value} onChange={(event) => typed.type(event.target.value)} onBlur={typed.leave} />
      <button type="button" onClick={typed.letGo}>
        {typed.problem?.status ?? (typed.waits ? "waits" : "stored")}
      </button>
    </>
  );
}

function show(stored = "old", version = 3, me = "ana") {
  return render(
    <MeContext value={{ id: me } as Me}>
      <Field stored={stored} version={version} />
    </MeContext>,
  );
}
const type = (text: string) => fireEvent.change(screen.getByRole("textbox"), { target: { value: text } });
const leave = () => fireEvent.blur(screen.getByRole("textbox"));

beforeEach(() => {
  sessionStorage.clear();
  save.mockReset().mockResolvedValue(4);
});

test("what is typed is stored when the field is left, over the version that was read", async () => {
  show();
  type("new");
  expect(save).not.toHaveBeenCalled();
  leave();
  await waitFor(() => expect(save).toHaveBeenCalledWith("new", 3));
  await waitFor(() => expect(screen.getByRole("button")).toHaveTextContent("stored"));
});

test("what was typed before a reload is there again, and stored over the version it was typed over", async () => {
  sessionStorage.setItem("typed:ana:field", JSON.stringify({ value: "typed before", version: 3 }));
  show("of somebody else", 5);
  expect(screen.getByRole("textbox")).toHaveValue("typed before");
  await waitFor(() => expect(save).toHaveBeenCalledWith("typed before", 3));
});

test("what was typed goes to the server when the field goes away", async () => {
  show();
  type("half a wor");
  cleanup();
  await waitFor(() => expect(save).toHaveBeenCalledWith("half a wor", 3));
});

test("what is refused stays, and is let go only when that is wanted", async () => {
  save.mockRejectedValue(new Problem({ status: 412, title: "changed" }));
  show();
  type("mine");
  leave();
  await waitFor(() => expect(screen.getByRole("button")).toHaveTextContent("412"));
  expect(screen.getByRole("textbox")).toHaveValue("mine");
  expect(sessionStorage.getItem("typed:ana:field")).toContain("mine");
  fireEvent.click(screen.getByRole("button"));
  expect(screen.getByRole("textbox")).toHaveValue("old");
  expect(sessionStorage.getItem("typed:ana:field")).toBeNull();
});

test("what a page stored that was loaded anew before it was told is stored, and no conflict", async () => {
  sessionStorage.setItem("typed:ana:field", JSON.stringify({ value: "mine", version: 3 }));
  save.mockRejectedValue(new Problem({ status: 412, title: "changed" }));
  show("mine", 4);
  await waitFor(() => expect(screen.getByRole("button")).toHaveTextContent("stored"));
  expect(sessionStorage.getItem("typed:ana:field")).toBeNull();
});

test("what is typed while it is being stored is stored next, over the version that is there then", async () => {
  let stored: (version: number) => void = () => {};
  save.mockImplementationOnce(() => new Promise((done) => (stored = done)));
  show();
  type("a");
  leave();
  type("ab");
  await act(async () => stored(4));
  await waitFor(() => expect(save).toHaveBeenLastCalledWith("ab", 4));
  expect(save).toHaveBeenCalledTimes(2);
});

test("nobody finds what somebody else typed in the same tab", () => {
  sessionStorage.setItem("typed:ana:field", JSON.stringify({ value: "of ana", version: 3 }));
  show("old", 3, "bo");
  expect(screen.getByRole("textbox")).toHaveValue("old");
});
