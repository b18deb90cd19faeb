import type { Bookkeeping, User } from "../../lib/types";

export type PersonForm = Omit<User, Bookkeeping | "extension" | "must_change_password"> & { password?: string };

export const blankPerson = (): PersonForm => ({
  login: "",
  name: "",
  role: "agent",
  password: "",
  language: "zh",
  theme: "system",
  active: true,
  takes_calls: true,
  staff_number: null,
  extension_id: null,
  team_id: null,
  supervises: [],
  dial_permission: "national",
  number_visibility: "full",
  queues: [],
  skills: [],
});

/** What the form holds, without what the server adds to a row. */
export function personForm(row: User): PersonForm {
  const names = Object.keys(blankPerson()).filter((name) => name !== "password") as (keyof Omit<
    PersonForm,
    "password"
  >)[];
  return { ...(Object.fromEntries(names.map((name) => [name, row[name]])) as unknown as PersonForm), password: "" };
}

/** An empty password is left out, which keeps the one that is set; emptied fields are null. */
export function personBody({ password, ...rest }: PersonForm): PersonForm {
  return {
    ...rest,
    staff_number: rest.staff_number || null,
    extension_id: rest.extension_id ?? null,
    team_id: rest.team_id ?? null,
    ...(password ? { password } : {}),
  };
}
