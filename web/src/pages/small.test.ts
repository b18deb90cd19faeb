import { expect, test } from "vitest";
import { oneTimePassword } from "../lib/passwords";
import { Problem, problemFrom } from "../lib/problem";
import { bodyOf, formOf } from "../lib/resource";
import { entryOf } from "../shell/Nav";
import { fieldFor } from "../ui/ProblemNote";
import { numbersOf } from "./extensions/range";
import { changesOf } from "./log/changes";
import { blankPerson, personBody } from "./people/form";
import { safePlace } from "./sign-in/place";
import { blankTrunk, trunkBody } from "./trunks/form";

test("a range keeps its width and stops before it would grow", () => {
  expect(numbersOf("0809", 2)).toEqual(["0809", "0810"]);
  expect(numbersOf("998", 3)).toEqual([]);
});

test("only what differs is shown of a log entry, without the bookkeeping", () => {
  const entry = {
    before: { id: "q", version: 1, name: "a", members: ["x"] },
    after: { id: "q", version: 2, name: "b", members: ["x"] },
  };
  expect(changesOf(entry)).toEqual([{ field: "name", before: "a", after: "b" }]);
});

test("a new row shows all its fields, a removed one too", () => {
  expect(changesOf({ before: null, after: { name: "a" } })).toEqual([{ field: "name", before: "", after: "a" }]);
  expect(changesOf({ before: { n: 3 }, after: null })).toEqual([{ field: "n", before: "3", after: "" }]);
});

test("after signing in nobody is led to another site", () => {
  expect(safePlace("/calls?q=1")).toBe("/calls?q=1");
  for (const bad of [null, "", "https://a.example", "//a.example", "/\\a.example", "/sign-in?next=/"])
    expect(safePlace(bad)).toBe("/");
});

test("a refused field is found by the form's field that holds it", () => {
  const known = [["name"], ["destination"], ["agents", 0, "login"]];
  expect(fieldFor(known, "destination.queue.id")).toEqual(["destination"]);
  expect(fieldFor(known, "agents.0.login")).toEqual(["agents", 0, "login"]);
  expect(fieldFor(known, "number")).toBeUndefined();
});

test("a problem document keeps its kind, and a dead network is told apart", () => {
  expect(problemFrom({ type: "urn:callroom:problem:in-use", title: "x", status: 409 }, 409).kind).toBe("in-use");
  expect(problemFrom(new TypeError("Failed to fetch"), 0)).toMatchObject({ kind: "unreachable", status: 0 });
  expect(problemFrom(new Problem({ status: 412 }), 0).status).toBe(412);
});

test("an empty secret or password is not sent", () => {
  const person = { id: "u", version: 1, login: "a", name: "A", staff_number: "" } as never;
  const form = formOf(person, blankPerson());
  expect(personBody(form)).not.toHaveProperty("password");
  expect(personBody({ ...form, password: "new" })).toMatchObject({ password: "new", staff_number: null });
  expect(trunkBody(formOf({ name: "t" }, blankTrunk()))).not.toHaveProperty("secret");
});

test("a form holds its own fields of a row, and what was emptied in it is sent as nothing", () => {
  expect(formOf({ id: "t", version: 3, name: "A", team_id: null }, { name: "", team_id: "x", secret: "" })).toEqual({
    name: "A",
    team_id: null,
    secret: "",
  });
  expect(bodyOf({ name: "A", team_id: undefined, limit: 0 })).toEqual({ name: "A", team_id: null, limit: 0 });
});

test("a one-time password is long, and not the same twice", () => {
  expect(oneTimePassword()).toMatch(/^[a-zA-Z2-9]{12}$/);
  expect(oneTimePassword()).not.toBe(oneTimePassword());
});

test("the navigation marks the nearest entry", () => {
  expect(entryOf("/desk/check")).toBe("/desk/check");
  expect(entryOf("/calls/j_1")).toBe("/calls");
  expect(entryOf("/nowhere")).toBe("");
});
