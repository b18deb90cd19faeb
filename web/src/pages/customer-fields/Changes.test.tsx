import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { App } from "antd";
import { beforeEach, expect, test, vi } from "vitest";
import { i18n } from "../../i18n";
import { Changes } from "./Changes";
import { blankField, type CustomerField } from "./form";

const getJob = vi.hoisted(() => vi.fn());
vi.mock("../../api", () => ({ getJob }));

const FIELD: CustomerField = {
  ...blankField(),
  id: "f1",
  label: "Contract",
  version: 2,
  created_at: "2026-11-26T00:00:00Z",
  updated_at: "2026-11-26T00:00:00Z",
  rank: 0,
  changing: "j1",
};

beforeEach(async () => {
  await i18n.loadNamespaces("admin");
  await i18n.changeLanguage("en");
});

test("a change tells how far it is and how it ended, though the field says nothing of it any more", async () => {
  getJob.mockResolvedValueOnce({ data: { id: "j1", state: "running", progress: 0.42, result: null } });
  getJob.mockResolvedValue({
    data: { id: "j1", state: "failed", progress: 0.42, result: { error: "values_stand_twice" } },
  });
  const queries = new QueryClient();
  const changes = (fields: CustomerField[]) => (
    <QueryClientProvider client={queries}>
      <App>
        <Changes fields={fields} />
      </App>
    </QueryClientProvider>
  );
  const { rerender } = render(changes([FIELD]));
  await screen.findByText(/“Contract” is being changed/);
  expect(screen.getByText("42%")).toBeVisible();
  rerender(changes([{ ...FIELD, changing: null }]));
  await screen.findByText("“Contract” was not changed and is as it was", undefined, { timeout: 20_000 });
  expect(screen.getByText("Values stand twice, so that it cannot be unique.")).toBeVisible();
}, 30_000);
