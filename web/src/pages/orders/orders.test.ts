import { expect, test } from "vitest";
import { bodyOfLines, lineTotal } from "./orders";

test("a line comes to what the server reckons, half a fen rounded up", () => {
  expect(lineTotal({ product: "p", quantity: 12.345, price: 2.63, discount: 0 })).toBe(3247);
  expect(lineTotal({ product: "p", quantity: 2.5, price: 0.01, discount: null })).toBe(3);
  expect(lineTotal({ product: "p", quantity: 2, price: 199.9, discount: 9.8 })).toBe(39000);
  expect(lineTotal({ product: null, quantity: null, price: null, discount: null })).toBe(0);
});

test("amounts are sent in fen, and a price that nobody gave is left to the server", () => {
  expect(bodyOfLines([{ product: "p", quantity: 1, price: 19.99, discount: 0.1 }])).toEqual([
    { product: "p", quantity: 1, price: 1999, discount: 10 },
  ]);
  expect(bodyOfLines([{ product: "p", quantity: 1, price: null, discount: null }])[0]).toMatchObject({ price: null });
});
