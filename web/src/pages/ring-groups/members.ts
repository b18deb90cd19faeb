import type { Bookkeeping, RingGroup } from "../../lib/types";

/** A member as the form holds him; `kind` says which of the two is meant. */
export interface Member {
  kind: "extension" | "outside";
  extension: string | null;
  number: string;
  seconds: number;
  delay: number;
}

export type Form = Omit<RingGroup, Bookkeeping | "members"> & { members: Member[] };

export const memberOf = (): Member => ({ kind: "extension", extension: null, number: "", seconds: 20, delay: 0 });

export function toForm({ id, version, created_at, updated_at, members, ...row }: RingGroup): Form {
  return {
    ...row,
    members: members.map(({ extension = null, number = "", seconds = 20, delay = 0 }) => ({
      kind: number ? "outside" : "extension",
      extension,
      number,
      seconds,
      delay,
    })),
  };
}

export function fromForm({ members, ...rest }: Form) {
  return {
    ...rest,
    members: members.map(({ kind, extension, number, seconds, delay }) => ({
      extension: kind === "extension" ? extension : null,
      number: kind === "outside" ? number.replace(/[^0-9+]/g, "") : "",
      seconds,
      delay,
    })),
  };
}
