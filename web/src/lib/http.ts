import { client } from "../api/client.gen";
import { i18n } from "../i18n";
import { problemFrom } from "./problem";

export const BASE = "/api/v1";

client.setConfig({ baseUrl: "/", credentials: "same-origin", throwOnError: true });
client.interceptors.request.use((request) => {
  request.headers.set("Accept-Language", i18n.language);
  return request;
});
client.interceptors.error.use((error, response) => problemFrom(error, response?.status ?? 0));

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface RequestOptions {
  body?: unknown;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/**
 * One request below `/api/v1` through the generated client; a `FormData` body is sent as a form.
 *
 * Throws `Problem`.
 */
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const { body, query, headers } = options;
  const form = body instanceof FormData;
  const answer = await client.request({
    method,
    url: `${BASE}${path}`,
    query,
    body,
    throwOnError: true,
    ...(form ? { bodySerializer: null } : {}), // left out, not undefined: that would switch the JSON serializer off
    headers: { ...(body === undefined || form ? {} : { "Content-Type": "application/json" }), ...headers },
  });
  return answer.data as T;
}
