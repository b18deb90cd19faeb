import { expect, test } from "vitest";
import { isFilled, labelOf, ownPlace, placesIn } from "./places";

test("the sender is asked only for what the server does not know", () => {
  const places = placesIn("{{customer.name}} {{ customer.车牌 }} {{order}} {{today}} {{order}}");
  expect(places).toEqual(["customer.name", "customer.车牌", "order", "today"]);
  expect(places.filter((name) => !isFilled(name))).toEqual(["order"]);
});

test("an own field's place is told by its label", () => {
  expect(labelOf(ownPlace("Number plate"))).toBe("Number plate");
  expect(labelOf("order")).toBe("order");
});
