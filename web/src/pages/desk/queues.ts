import { useQuery } from "@tanstack/react-query";
import { request } from "../../lib/http";
import type { Page } from "../../lib/resource";

interface QueueLine {
  id: string;
  name: string;
  number?: string | null;
  survey_id?: string | null;
}

/** All queues, as far as an agent is told of them. */
export function useQueueList(): QueueLine[] {
  const { data } = useQuery({
    queryKey: ["queues", "numbers"],
    queryFn: () => request<Page<QueueLine>>("GET", "/queues?limit=200"),
    staleTime: 300_000,
  });
  return data?.items ?? [];
}
