import type { TrunkIn } from "../../api";

export type TrunkBody = Required<Omit<TrunkIn, "secret">> & { secret?: string };

export const blankTrunk = (): TrunkBody => ({
  name: "",
  kind: "register",
  host: "",
  port: 5060,
  username: "",
  secret: "",
  from_domain: "",
  outbound_proxy: "",
  match: [],
  codecs: ["alaw", "ulaw"],
  caller_number: "",
  max_calls: 30,
  t38: true,
  enabled: true,
});

/** An empty secret is left out, which keeps the one that is stored. */
export function trunkBody({ secret, ...rest }: TrunkBody): TrunkBody {
  return secret ? { ...rest, secret } : rest;
}
