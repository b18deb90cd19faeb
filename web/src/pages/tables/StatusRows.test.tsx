import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Form, type FormInstance } from "antd";
import { beforeEach, expect, test } from "vitest";
import { i18n } from "../../i18n";
import { type StatusRow, usualStatuses } from "./form";
import { StatusRows } from "./StatusRows";

let form: FormInstance<{ statuses: StatusRow[] }>;

function Drawn() {
  [form] = Form.useForm<{ statuses: StatusRow[] }>();
  return (
    <Form form={form} initialValues={{ statuses: usualStatuses(i18n.t) }}>
      <StatusRows />
    </Form>
  );
}

beforeEach(async () => {
  await i18n.loadNamespaces("admin");
  await i18n.changeLanguage("en");
});

test("statuses are told by their names, one is the first, and another may become it", async () => {
  await act(async () => void render(<Drawn />));
  const first = () => screen.getAllByRole("radio").map((one) => (one as HTMLInputElement).checked);
  expect(first()).toEqual([true, false, false]);
  expect(screen.queryByText("working")).toBeNull();
  await userEvent.click(screen.getAllByRole("radio")[1] as HTMLElement);
  expect(first()).toEqual([false, true, false]);
  const kept = form.getFieldsValue(true).statuses;
  expect(kept.map(({ id, initial, next }: StatusRow) => [id, initial, next])).toEqual([
    ["new", false, ["working", "done"]],
    ["working", true, ["done"]],
    ["done", false, ["working"]],
  ]);
});
