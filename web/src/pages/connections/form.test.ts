import { expect, test } from "vitest";
import { blankConnection, connectionBody, valuesOf } from "./form";

test("a database's secret is its password, kept when nothing is typed", () => {
  const stored = { ...blankConnection(), kind: "postgresql" as const, secrets: [{ name: "password", value: null }] };
  expect(connectionBody(stored).secrets).toEqual([{ name: "password", value: null }]);
  expect(connectionBody({ ...stored, password: "new" }).secrets).toEqual([{ name: "password", value: "new" }]);
  expect(connectionBody({ ...stored, kind: "sqlite" }).secrets).toEqual([]);
});

test("an empty secret of another system stays as it is", () => {
  const body = connectionBody({ ...blankConnection(), secrets: [{ name: "token", value: "" }] });
  expect(body.secrets).toEqual([{ name: "token", value: null }]);
  expect(body).not.toHaveProperty("password");
});

test("values are typed as name=value", () => {
  expect(valuesOf("account=1001, note=a=b，x = ")).toEqual({ account: "1001", note: "a=b", x: "" });
  expect(valuesOf("")).toEqual({});
});
