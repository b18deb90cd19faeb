import { expect, test } from "vitest";
import { changed } from "../../lib/address";
import { type CustomerView, seenIn, shownAs } from "./views";

const VIEW: CustomerView = {
  id: "cv_1",
  version: 1,
  name: "大客户",
  shared: false,
  owner_name: "安娜",
  default: false,
  may_change: true,
  filter: { q: "王", tier: [2, 3], tag: ["老友"], do_not_call: false, no_mail: true, where: ["f_1:filled:"] },
  columns: ["name", "values.f_1"],
  sort: "-tier",
};

test("a view comes back from the address as it was kept", () => {
  const { filter, columns, sort } = VIEW;
  const address = changed(new URLSearchParams("stage=old&deleted=true&open=c_1"), shownAs(VIEW));
  expect(seenIn(address)).toEqual({ filter, columns, sort });
  expect(address.get("deleted")).toBeNull();
  expect(address.get("open")).toBe("c_1");
});

test("no view shows all customers", () => {
  const address = changed(changed(new URLSearchParams(), shownAs(VIEW)), shownAs(null));
  expect(address.toString()).toBe("");
});
