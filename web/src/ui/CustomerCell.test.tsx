import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { MeContext } from "../lib/session";
import type { Me } from "../lib/types";
import { CustomerCell } from "./CustomerCell";

const dial = vi.hoisted(() => vi.fn());
vi.mock("../phone/useCalls", () => ({ useActions: () => ({ dial }) }));

function show(role: Me["role"]) {
  const opened = vi.fn();
  render(
    <MeContext value={{ role, may_send_sms: true } as Me}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: stands for a row */}
      <div onClick={opened}>
        <CustomerCell customer={{ id: "c1", name: "Wang Fang" }} />
      </div>
    </MeContext>,
  );
  return opened;
}

test("a customer is called by his id, and the row he stands in stays closed", async () => {
  const opened = show("agent");
  const [call] = screen.getAllByRole("button");
  await userEvent.click(call as HTMLElement);
  expect(dial).toHaveBeenCalledWith({ customer: "c1", field: 0 });
  expect(opened).not.toHaveBeenCalled();
});

test("an auditor calls nobody", () => {
  show("auditor");
  expect(screen.queryByRole("button")).toBeNull();
});
