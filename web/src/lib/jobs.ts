import { useQuery } from "@tanstack/react-query";
import { getJob } from "../api";

const LOOK_MS = 1000;

/** A job of the worker, looked at until it is over; null: none. */
export function useJob(id: string | null) {
  return useQuery({
    queryKey: ["jobs", id],
    queryFn: async () => (await getJob({ path: { job_id: id ?? "" }, throwOnError: true })).data,
    enabled: id !== null,
    refetchInterval: ({ state }) => (isOver(state.data?.state) ? false : LOOK_MS),
  });
}

export const isOver = (state: string | undefined) =>
  state !== undefined && ["done", "failed", "cancelled"].includes(state);
