import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App, Form, Input } from "antd";
import { createPortal } from "react-dom";
import { beforeEach, expect, test, vi } from "vitest";
import { i18n } from "../i18n";
import { ResourceDrawer } from "./ResourceDrawer";

const create = vi.hoisted(() => vi.fn(async () => ({ data: { id: "t1" } })));
vi.mock("../lib/kinds", () => ({ callsOf: () => ({ create }) }));
vi.mock("../lib/session", () => ({ useIsAdmin: () => true }));

beforeEach(async () => {
  create.mockClear();
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

test("Enter in a field saves the row; in a dialog that a field opened it does not", async () => {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <ResourceDrawer
          kind="teams"
          texts="teams"
          row={null}
          open
          onClose={() => {}}
          blank={() => ({ name: "" })}
          fields={() => <Fields />}
        />
      </App>
    </QueryClientProvider>,
  );
  await userEvent.type(screen.getByLabelText("Elsewhere"), "x{Enter}");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(create).not.toHaveBeenCalled();
  await userEvent.type(screen.getByLabelText("Name"), "Sales{Enter}");
  await vi.waitFor(() => expect(create).toHaveBeenCalledWith({ body: { name: "Sales" }, throwOnError: true }));
});
