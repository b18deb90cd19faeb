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
  may_send_sms: true,
  queues: [],
  skills: [],
});

/** An empty password is left out, which keeps the one that is set; an emptied staff number is null. */
export function personBody({ password, ...rest }: PersonForm): PersonForm {
  return {
    ...rest,
    staff_number: rest.staff_number || null,
    ...(password ? { password } : {}),
  };
}
