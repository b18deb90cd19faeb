import { beforeEach, expect, test } from "vitest";
import { setHome, shownNumber, whenceText } from "./numbers";

beforeEach(() => setHome("86", "0"));

test.each([
  ["+8613800138000", "13800138000"],
  ["+86138****8000", "138****8000"],
  ["+861062345678", "01062345678"],
  ["+867558321****", "07558321****"],
  ["+12025550123", "+12025550123"],
  ["13800138000", "13800138000"],
  ["801", "801"],
  ["****", "****"],
  ["", ""],
])("%s is shown as %s", (number, shown) => expect(shownNumber(number)).toBe(shown));

test("before the site is known a number is shown as it is told", () => {
  setHome("", "");
  expect(shownNumber("+8613800138000")).toBe("+8613800138000");
});

test("where no prefix is dialled none is shown", () => {
  setHome("1", "");
  expect(shownNumber("+12025550123")).toBe("2025550123");
});

test("where a number belongs is told in the page's language, as far as it is known", () => {
  const whence = { place_zh: "北京市", place_en: "Beijing", carrier_zh: "中国移动", carrier_en: "China Mobile" };
  expect(whenceText(whence, "zh-CN")).toBe("北京市 · 中国移动");
  expect(whenceText({ ...whence, place_en: "" }, "en")).toBe("China Mobile");
  expect(whenceText(null, "en")).toBe("");
});
