import type { TrunkIn } from "../../api";
import type { Trunk } from "../../lib/types";

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

export function trunkForm(row: Trunk): TrunkBody {
  const { name, kind, host, port, username, from_domain, outbound_proxy, match, codecs } = row;
  const { caller_number, max_calls, t38, enabled } = row;
  return {
    name,
    kind,
    host,
    port,
    username,
    from_domain,
    outbound_proxy,
    match,
    codecs: codecs as TrunkBody["codecs"],
    caller_number,
    max_calls,
    t38,
    enabled,
    secret: "",
  };
}

/** An empty secret is left out, which keeps the one that is stored. */
export function trunkBody({ secret, ...rest }: TrunkBody): TrunkBody {
  return secret ? { ...rest, secret } : rest;
}
