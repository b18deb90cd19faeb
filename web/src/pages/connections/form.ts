import type { ConnectionIn } from "../../api";

export type ConnectionBody = Required<ConnectionIn>;

/** The form knows a database's one secret as its password. */
export type ConnectionForm = ConnectionBody & { password: string };

export const blankConnection = (): ConnectionForm => ({
  name: "",
  kind: "http",
  base_url: "",
  headers: [],
  encrypted: true,
  check_certificate: true,
  host: "",
  port: 5432,
  database: "",
  username: "",
  secrets: [],
  password: "",
});

/** A secret left empty stays as it is stored; of a database it is the password, and a file has none. */
export function connectionBody({ password, ...form }: ConnectionForm): ConnectionBody {
  const typed = (form.secrets ?? []).map(({ name, value }) => ({ name, value: value || null }));
  const kept = typed.filter(({ name }) => name === "password");
  if (form.kind === "http") return { ...form, secrets: typed };
  if (form.kind === "sqlite") return { ...form, secrets: [] };
  return { ...form, secrets: password ? [{ name: "password", value: password }] : kept };
}

/** "account=1001, name=Ana" as values of a flow. */
export function valuesOf(text: string): Record<string, string> {
  const pairs = text.split(/[,，\n]/).map((pair) => pair.split("="));
  return Object.fromEntries(
    pairs
      .filter(([name, value]) => name?.trim() && value !== undefined)
      .map(([name, ...rest]) => [(name ?? "").trim(), rest.join("=").trim()]),
  );
}
