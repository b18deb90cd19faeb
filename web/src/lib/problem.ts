export interface FieldError {
  field: string;
  rule: string;
  /** Says it in the person's language, where the rule alone does not. */
  text?: string;
}

/** What the server says when it refuses (RFC 9457). `errors` name the fields of the form that was sent. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail?: string;
  errors?: FieldError[];
}

export class Problem extends Error {
  readonly kind: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: FieldError[];

  constructor(document: Partial<ProblemDocument>) {
    super(document.title ?? "");
    this.name = "Problem";
    this.kind = (document.type ?? "").split(":").at(-1) ?? "";
    this.status = document.status ?? 0;
    this.detail = document.detail ?? "";
    this.errors = document.errors ?? [];
  }
}

/** `status` 0: the server could not be reached at all. */
export function problemFrom(error: unknown, status: number): Problem {
  if (error instanceof Problem) return error;
  if (typeof error === "object" && error !== null && "title" in error) return new Problem(error as ProblemDocument);
  return new Problem({ type: status ? "urn:callroom:problem:internal" : "urn:callroom:problem:unreachable", status });
}
