import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { App } from "antd";
import { beforeEach, expect, test, vi } from "vitest";
import { i18n } from "../../i18n";
import type { OwnTable } from "../../lib/service";
import { ResourceDrawer } from "../../ui/ResourceDrawer";
import { blankField, bodyOfTable, type TableForm } from "./form";
import { TableFields } from "./TableFields";

const replace = vi.hoisted(() => vi.fn(async () => ({ data: { id: "t1" } })));
vi.mock("../../lib/kinds", () => ({ callsOf: () => ({ replace }) }));
vi.mock("../../lib/session", () => ({ useIsAdmin: () => true, useMe: () => ({ id: "u_1" }) }));
vi.mock("../../ui/choices", () => ({ useSurveyChoices: () => [] }));

const FORM: TableForm = {
  name: "Complaints",
  fields: [
    { ...blankField(), id: "f_a", label: "First" },
    { ...blankField(), id: "f_b", label: "Second", default: "x" },
  ],
  statuses: [
    { id: "s_new", label: "New", color: "default", initial: true, next: ["s_done"] },
    { id: "s_done", label: "Done", color: "green", closed: true, next: ["s_new"] },
  ],
  in_pop: true,
  needs_customer: false,
  problems: false,
  due_hours: null,
  call_back: true,
  call_back_hours: 24,
  survey_id: null,
  position: 7,
};
const TABLE = { ...FORM, id: "t1", version: 3 } as OwnTable;

beforeEach(async () => {
  await i18n.loadNamespaces("admin");
  await i18n.changeLanguage("en");
});

test("fields and statuses stay the ones they were when they are moved and renamed", async () => {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <ResourceDrawer<OwnTable, TableForm>
          kind="tables"
          texts="tables"
          row={TABLE}
          open
          onClose={() => {}}
          blank={() => FORM}
          toBody={bodyOfTable}
          fields={() => <TableFields />}
        />
      </App>
    </QueryClientProvider>,
  );
  const [up] = screen.getAllByLabelText("Move entry 2 up");
  if (!up) throw new Error("nothing can be moved");
  fireEvent.click(up);
  fireEvent.change(screen.getByDisplayValue("Second"), { target: { value: "Second one" } });
  fireEvent.click(screen.getAllByLabelText("First status")[1] as HTMLElement);
  fireEvent.click(screen.getByText("Save"));
  await vi.waitFor(() => expect(replace).toHaveBeenCalled());
  expect(replace).toHaveBeenCalledWith(
    expect.objectContaining({
      body: expect.objectContaining({
        fields: [
          expect.objectContaining({ id: "f_b", label: "Second one", default: "x" }),
          expect.objectContaining({ id: "f_a", label: "First" }),
        ],
        statuses: [
          { ...FORM.statuses[0], initial: false },
          { ...FORM.statuses[1], initial: true },
        ],
        position: 7,
      }),
    }),
  );
});
