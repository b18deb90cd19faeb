import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type FaxOut, listFaxes, listMyFaxBoxes } from "../../api";
import "../../lib/http";

export type Fax = FaxOut;
export type Way = Fax["direction"];

const ON_ITS_WAY: Fax["state"][] = ["arrived", "preparing", "waiting", "dialling", "sending"];
const LOOK_AGAIN_MS = 3000;

/** Whether its state will change by itself. */
export const isOpen = ({ state }: Fax) => ON_ITS_WAY.includes(state);
/** Whether it can be called off; one that came in cannot. */
export const canBeCancelled = (fax: Fax) => fax.direction === "out" && isOpen(fax);
/** Whether it was given up, so that it may be sent once more. */
export const canBeSentAgain = ({ direction, state }: Fax) =>
  direction === "out" && (state === "failed" || state === "cancelled");
/** Whether there are pages to look at. */
export const hasPages = ({ state }: Fax) => !["arrived", "unreadable", "preparing"].includes(state);

/** Newest first, page by page; looked at again while one of them is on its way. */
export function useFaxes(direction: Way, box: string | undefined) {
  return useInfiniteQuery({
    queryKey: ["faxes", direction, box],
    queryFn: async ({ pageParam }) => {
      const query = { direction, box, limit: 50, cursor: pageParam };
      return (await listFaxes({ query, throwOnError: true })).data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(isOpen)) ? LOOK_AGAIN_MS : LOOK_AGAIN_MS * 10,
  });
}

export function useMyBoxes() {
  return useQuery({
    queryKey: ["fax-boxes", "mine"],
    queryFn: async () => (await listMyFaxBoxes({ throwOnError: true })).data,
  });
}
