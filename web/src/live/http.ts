import i18n from "i18next";

/** A refusal by the server (RFC 9457), its title in the person's language. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** The last part of the stable type, "not-now" of "urn:callroom:problem:not-now". */
    readonly kind: string,
    title: string,
  ) {
    super(title);
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  try {
    const { type = "", title = "" } = (await answer.json()) as { type?: string; title?: string };
    return new Problem(answer.status, type.split(":").pop() ?? "", title || answer.statusText);
  } catch {
    return new Problem(answer.status, "", answer.statusText || String(answer.status)); // a proxy's page, not ours
  }
}

interface Sending {
  body?: unknown;
  headers?: Record<string, string>;
}

/** One request under /api/v1. Raises `Problem`, or the browser's `TypeError` without a network. */
export async function request<Answer>(method: string, path: string, { body, headers }: Sending = {}): Promise<Answer> {
  const answer = await fetch(`/api/v1${path}`, {
    method,
    headers: {
      "Accept-Language": i18n.language || "zh",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw await problemOf(answer);
  return (answer.status === 204 ? undefined : await answer.json()) as Answer;
}

export interface Page<Row> {
  items: Row[];
  next: string | null;
}

/** A path with the parameters that are set. */
export function withQuery(path: string, parameters: Record<string, string | number | boolean | null | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
