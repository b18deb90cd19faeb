import { expect, test } from "vitest";
import { pathsOf } from "./tree";

test("categories stand in the order of their tree, each with its whole path", () => {
  const rows = [
    { id: "c", name: "表", parent_id: "b", position: 0 },
    { id: "a", name: "服务", parent_id: null, position: 2 },
    { id: "b", name: "配件", parent_id: null, position: 1 },
    { id: "x", name: "丢失", parent_id: "gone", position: 0 },
  ];
  expect([...pathsOf(rows)]).toEqual([
    ["b", "配件"],
    ["c", "配件 / 表"],
    ["a", "服务"],
  ]);
});
