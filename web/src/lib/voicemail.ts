import { useQuery } from "@tanstack/react-query";
import { type BoxCount, listVoicemailBoxes } from "../api";
import "./http";

export const BOXES = ["voicemail-boxes"];

/** The boxes whose messages this person may hear, with how many they hold; live events say when to ask again. */
export function useBoxes(): BoxCount[] {
  const { data } = useQuery({
    queryKey: BOXES,
    queryFn: async () => (await listVoicemailBoxes({ throwOnError: true })).data.items,
  });
  return data ?? [];
}

/** How many messages nobody has heard yet, in all of them together. */
export function useNewMessages(): number {
  return useBoxes().reduce((sum, box) => sum + box.new, 0);
}
