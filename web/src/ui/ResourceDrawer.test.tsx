import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App, Form, Input } from "antd";
import { createPortal } from "react-dom";
import { beforeEach, expect, test, vi } from "vitest";
import { i18n } from "../i18n";
import { Problem } from "../lib/problem";
import type { Row } from "../lib/resource";
import { ResourceDrawer } from "./ResourceDrawer";

const create = vi.hoisted(() => vi.fn(async () => ({ data: { id: "t1" } })));
const replace = vi.hoisted(() => vi.fn());
vi.mock("../lib/kinds", () => ({ callsOf: () => ({ create, replace }) }));
vi.mock("../lib/session", () => ({ useIsAdmin: () => true, useMe: () => ({ id: "u_1" }) }));

beforeEach(async () => {
  create.mockClear();
  replace.mockReset();
  await i18n.loadNamespaces("admin");
  await i18n.changeLanguage("en");
});

function Fields() {
  return (
    <>
      <Form.Item name="name">
        <Input aria-label="Name" />
      </Form.Item>
      {createPortal(<input aria-label="Elsewhere" />, document.body)}
    </>
  );
}

const queries = new QueryClient();
const drawn = (row: Row | null) => (
  <QueryClientProvider client={queries}>
    <App>
      <ResourceDrawer<Row, { name: string }>
        kind="teams"
        texts="teams"
        row={row}
        open
        onClose={() => {}}
        blank={() => ({ name: "" })}
        fields={() => <Fields />}
      />
    </App>
  </QueryClientProvider>
);

test("Enter in a field saves the row; in a dialog that a field opened it does not", async () => {
  render(drawn(null));
  await userEvent.type(screen.getByLabelText("Elsewhere"), "x{Enter}");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(create).not.toHaveBeenCalled();
  await userEvent.type(screen.getByLabelText("Name"), "Sales{Enter}");
  await vi.waitFor(() => expect(create).toHaveBeenCalledWith({ body: { name: "Sales" }, throwOnError: true }));
});

test("what is being written is refused when somebody else has changed the same row meanwhile", async () => {
  replace.mockRejectedValue(new Problem({ status: 412, title: "Changed meanwhile" }));
  const { rerender } = render(drawn({ id: "t1", version: 1, name: "Sales" }));
  await userEvent.type(screen.getByLabelText("Name"), " North");
  rerender(drawn({ id: "t1", version: 2, name: "Support" }));
  expect(screen.getByDisplayValue("Sales North")).toBeVisible();
  await userEvent.click(screen.getByText("Save"));
  await vi.waitFor(() => expect(replace).toHaveBeenCalled());
  expect(replace.mock.calls[0]?.[0]).toMatchObject({ headers: { "If-Match": '"1"' }, body: { name: "Sales North" } });
  await userEvent.click(await screen.findByText("Drop my changes and show the latest"));
  await screen.findByDisplayValue("Support");
});

test("a version that differs in nothing of the form is replaced", async () => {
  replace.mockResolvedValue({ data: { id: "t1" } });
  const { rerender } = render(drawn({ id: "t1", version: 1, name: "Sales" }));
  await userEvent.type(screen.getByLabelText("Name"), " North");
  rerender(drawn({ id: "t1", version: 2, name: "Sales" }));
  await userEvent.click(screen.getByText("Save"));
  await vi.waitFor(() => expect(replace).toHaveBeenCalled());
  expect(replace.mock.calls[0]?.[0]).toMatchObject({ headers: { "If-Match": '"2"' } });
});
