import { act, renderHook } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../../lib/problem";
import type { Standing } from "./calls";
import { newEditor } from "./editor";
import { useDraft } from "./useDraft";

const calls = vi.hoisted(() => ({ saveDraft: vi.fn(), publish: vi.fn(), rollBack: vi.fn() }));
vi.mock("./calls", () => calls);

const AT = (version: number) => ({ version, published: 1, differs: true }) as Standing;

beforeEach(() => {
  for (const call of Object.values(calls)) call.mockReset();
});

function drawn() {
  const editor = newEditor({ entry: "", nodes: {} });
  return { editor, ...renderHook(() => useDraft("f1", editor, AT(1), false)) };
}

test("a draft that could not be saved is not published", async () => {
  const { editor, result } = drawn();
  calls.saveDraft.mockRejectedValue(new Problem({ title: "No", status: 500 }));
  await act(async () => {
    editor.getState().change({ entry: "", nodes: { a: { kind: "return" } } });
    await expect(result.current.publish("")).rejects.toThrow("No");
  });
  expect(calls.publish).not.toHaveBeenCalled();
});

test("what waits for a running save is saved one after another, each over the version before it", async () => {
  const { editor, result } = drawn();
  let version = 1;
  calls.saveDraft.mockImplementation(async (_id, _flow, known) => {
    expect(known).toBe(version);
    await Promise.resolve();
    return AT(++version);
  });
  await act(async () => {
    editor.getState().change({ entry: "a", nodes: {} });
    const first = result.current.save();
    editor.getState().change({ entry: "b", nodes: {} });
    expect(await Promise.all([first, result.current.save(), result.current.save()])).toEqual([null, null, null]);
  });
  expect(calls.saveDraft).toHaveBeenCalledTimes(2);
});
