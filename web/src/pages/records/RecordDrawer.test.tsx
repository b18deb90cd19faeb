import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { App } from "antd";
import { MemoryRouter } from "react-router";
import { beforeEach, expect, test, vi } from "vitest";
import { i18n } from "../../i18n";
import { Problem } from "../../lib/problem";
import type { OwnTable, ServiceRecord } from "../../lib/service";
import { RecordDrawer } from "./RecordDrawer";

const request = vi.hoisted(() => vi.fn());
vi.mock("../../lib/http", () => ({ request }));
vi.mock("../../lib/session", () => ({ useMe: () => ({ id: "u_1", name: "Ana", role: "agent" }) }));

const STATUS = { id: "s_new", label: "New", color: "default", closed: false, next: ["s_done"] };
const TABLE = {
  id: "t_1",
  name: "Complaints",
  fields: [],
  statuses: [STATUS, { ...STATUS, id: "s_done", label: "Done", next: [] }],
} as unknown as OwnTable;
const RECORD = {
  id: "r_1",
  version: 3,
  number: 7,
  values: {},
  memo: "as it was",
  status: STATUS,
  submission: null,
  created_at: "2026-11-26T00:00:00Z",
} as unknown as ServiceRecord;

let stored = RECORD;
let refuse = false;
const queries = new QueryClient();
const memo = () => screen.getByLabelText<HTMLTextAreaElement>("Memo").value;
const write = (value: string) => fireEvent.change(screen.getByLabelText("Memo"), { target: { value } });
const written = () => request.mock.calls.filter(([method]) => method !== "GET");
const somebodyElseWrites = async () => {
  stored = { ...RECORD, version: 4, memo: "by somebody else" };
  await queries.invalidateQueries();
};

beforeEach(async () => {
  await i18n.loadNamespaces("admin");
  await i18n.changeLanguage("en");
  [stored, refuse] = [RECORD, false];
  queries.clear();
  sessionStorage.clear();
  request.mockReset();
  request.mockImplementation(async (method: string, path: string) => {
    if (path.endsWith("/history")) return { items: [] };
    if (method !== "GET" && refuse) throw new Problem({ status: 412, title: "Changed meanwhile" });
    if (path.endsWith("/status")) stored = { ...stored, version: stored.version + 1, status: { ...STATUS, next: [] } };
    return stored;
  });
  show();
  await screen.findByDisplayValue("as it was");
});

const show = () =>
  render(
    <QueryClientProvider client={queries}>
      <App>
        <MemoryRouter>
          <RecordDrawer table={TABLE} id="r_1" onClose={() => {}} />
        </MemoryRouter>
      </App>
    </QueryClientProvider>,
  );

test("what nobody writes in shows what somebody else has written", async () => {
  await somebodyElseWrites();
  await screen.findByDisplayValue("by somebody else");
});

test("what is being written stays when somebody else writes too, and does not take his away", async () => {
  write("mine");
  await somebodyElseWrites();
  expect(memo()).toBe("mine");
  refuse = true;
  fireEvent.click(screen.getByText("Save"));
  fireEvent.click(await screen.findByText("Drop my changes and show the latest"));
  await screen.findByDisplayValue("by somebody else");
  expect(written()).toEqual([
    ["PUT", "/records/r_1", { body: expect.objectContaining({ memo: "mine" }), headers: { "If-Match": '"3"' } }],
  ]);
});

test("what is being written stays over a step of one's own, and is saved after it", async () => {
  write("mine");
  fireEvent.click(screen.getByText("To “Done”"));
  await vi.waitFor(() => expect(screen.queryByText("To “Done”")).toBeNull());
  expect(memo()).toBe("mine");
  fireEvent.click(screen.getByText("Save"));
  await vi.waitFor(() => expect(written()).toHaveLength(2));
  expect(written()[1]?.[2]).toMatchObject({ headers: { "If-Match": '"4"' } });
});

test("what is being written is there again after a reload, and takes nobody's away; when the form is left it goes", async () => {
  write("mine");
  const tab = { ...sessionStorage }; // a reload tears nothing down
  cleanup();
  expect(sessionStorage).toHaveLength(0);
  for (const [place, kept] of Object.entries(tab)) sessionStorage.setItem(place, kept);
  await somebodyElseWrites();
  show();
  await screen.findByDisplayValue("mine");
  fireEvent.click(screen.getByText("Save"));
  await vi.waitFor(() => expect(written()).toHaveLength(1));
  expect(written()[0]?.[2]).toMatchObject({ body: { memo: "mine" }, headers: { "If-Match": '"3"' } });
});
