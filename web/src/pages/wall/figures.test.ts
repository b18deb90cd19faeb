import { expect, test } from "vitest";
import type { AgentView, QueueView } from "../../live/types";
import { answerRate, byState, inOrder, NOBODY, percent, serviceLevel, sumOf } from "./figures";

const queue = (today: Partial<QueueView["today"]>) => ({ today: { ...NOBODY, ...today } }) as QueueView;
const agent = (id: string, state: AgentView["state"], since = "2026-11-25T09:00:00Z") =>
  ({ id, state, since }) as AgentView;

test("figures divide as METRICS says", () => {
  const today = sumOf([
    queue({ offered: 8, answered: 5, abandoned: 3, in_time: 4, short: 1 }),
    queue({ offered: 2, answered: 1, flowed_out: 1, in_time: 1 }),
  ]);
  expect(answerRate(today)).toBe(0.6);
  expect(serviceLevel(today)).toBe(5 / 8); // 6 answered, 3 abandoned, 1 of them at once
  expect(percent(serviceLevel(today))).toBe("63%");
});

test("nothing to divide shows no figure", () => {
  expect(answerRate(NOBODY)).toBeNull();
  expect(serviceLevel(NOBODY)).toBeNull();
  expect(percent(null)).toBe("–");
  expect(serviceLevel({ ...NOBODY, offered: 1, abandoned: 1, short: 1 })).toBeNull();
});

test("who is being rung stands first, and who has been so longest before others", () => {
  const agents = [
    agent("a", "offline"),
    agent("b", "ready"),
    agent("c", "talking", "2026-11-25T09:10:00Z"),
    agent("d", "ringing"),
    agent("e", "talking", "2026-11-25T09:05:00Z"),
  ];
  expect(inOrder(agents).map((one) => one.id)).toEqual(["d", "e", "c", "b", "a"]);
  expect(byState(agents)).toEqual([
    ["ringing", 1],
    ["talking", 2],
    ["ready", 1],
    ["offline", 1],
  ]);
});
