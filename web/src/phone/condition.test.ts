import { expect, test } from "vitest";
import { condition } from "./PhoneStatus";

test("the line comes first, then the microphone, then the server", () => {
  expect(condition({ status: "other_tab", microphone: "denied" }, false, false)).toBe("other_tab");
  expect(condition({ status: "registered", microphone: "denied" }, false, false)).toBe("no_microphone");
  expect(condition({ status: "registered", microphone: "open" }, false, true)).toBe("no_live");
  expect(condition({ status: "registered", microphone: "open" }, true, false)).toBe("engine_away");
  expect(condition({ status: "registered", microphone: "closed" }, true, true)).toBe("microphone_closed");
  expect(condition({ status: "registered", microphone: "open" }, true, true)).toBe("registered");
});
