import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ImportChoices, ImportOut, Preview, Targets } from "../../api";
import { i18n } from "../../i18n";
import { BASE, request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import type { Page } from "../../lib/resource";
import { CUSTOMERS } from "../customers/customers";

export type Import = ImportOut;
export type Choices = Required<ImportChoices>;

export const IMPORTS = ["customer-imports"];
export const MEGABYTES = 200;
export const RULES = ["skip", "update", "merge"] as const;
const LOOK_AGAIN_MS = 1000;

/** Whether its state will change by itself. */
export const isAtWork = ({ state }: Import) => ["reading", "running", "undoing"].includes(state);
/** Whether it has written something that can be taken back. */
export const canBeUndone = ({ state, created, updated }: Import) =>
  ["done", "failed", "cancelled"].includes(state) && created + updated > 0;
export const canBeCancelled = ({ state }: Import) => ["reading", "ready", "running"].includes(state);
/** How much of it is done, in whole percent. */
export const percentOf = ({ done, rows }: Import) => (rows ? Math.floor((100 * done) / rows) : 0);

/** Newest first, page by page; looked at again while the worker is at one of them. */
export function useImports() {
  return useInfiniteQuery({
    queryKey: [...IMPORTS, "list"],
    queryFn: ({ pageParam }) =>
      request<Page<Import>>("GET", "/customer-imports", { query: { limit: 50, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(isAtWork)) ? LOOK_AGAIN_MS * 2 : false,
  });
}

export function useImport(id: string | null) {
  return useQuery({
    queryKey: [...IMPORTS, "one", id],
    queryFn: () => request<Import>("GET", `/customer-imports/${id}`),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && isAtWork(state.data) ? LOOK_AGAIN_MS : false),
  });
}

export const useTargets = () =>
  useQuery({
    queryKey: [...IMPORTS, "targets", i18n.language],
    queryFn: async () => (await request<Targets>("GET", "/customer-imports/targets")).items,
  });

/** The first rows as they would be stored. */
export const usePreview = (id: string, choices: Choices) =>
  useQuery({
    queryKey: [...IMPORTS, "preview", id, choices],
    queryFn: () => request<Preview>("POST", `/customer-imports/${id}/preview`, { body: choices }),
    retry: false,
  });

/** What people do with an import; lists and customers are asked for anew. Throws `Problem`. */
export function useAct() {
  const queries = useQueryClient();
  return async (id: string, act: "run" | "cancel" | "undo", body?: Choices) => {
    const made = await request<Import>("POST", `/customer-imports/${id}/${act}`, { body });
    queries.setQueryData([...IMPORTS, "one", id], made);
    await queries.invalidateQueries({ queryKey: [...IMPORTS, "list"] });
    void queries.invalidateQueries({ queryKey: CUSTOMERS });
    return made;
  };
}

/** Sends a file, and tells how much of it is there (0 to 100). Throws `Problem`, or an AbortError when called off. */
export function upload(file: File, told: (percent: number) => void, signal: AbortSignal): Promise<Import> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest(); // fetch does not tell how far it is
    sending.open("POST", `${BASE}/customer-imports?${new URLSearchParams({ name: file.name })}`);
    sending.setRequestHeader("Accept-Language", i18n.language);
    sending.setRequestHeader("Content-Type", "application/octet-stream");
    sending.responseType = "json";
    sending.upload.onprogress = ({ loaded, total }) => told(Math.floor((100 * loaded) / (total || 1)));
    sending.onload = () =>
      sending.status === 201
        ? resolve(sending.response as Import)
        : reject(problemFrom(sending.response, sending.status));
    sending.onerror = () => reject(problemFrom(null, 0));
    sending.onabort = () => reject(new DOMException("called off", "AbortError"));
    signal.addEventListener("abort", () => sending.abort());
    sending.send(file);
  });
}

export const templateOf = (format: "xlsx" | "csv") =>
  `${BASE}/customer-imports/template?format=${format}&language=${i18n.language}`;
export const faultsOf = ({ id }: Import) => `${BASE}/customer-imports/${id}/faults?language=${i18n.language}`;
