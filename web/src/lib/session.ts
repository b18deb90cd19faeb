import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { getMe, getSite } from "../api";
import "./http";
import { setHome } from "./numbers";
import { Problem } from "./problem";
import type { Me, Role, Site } from "./types";
import { setZone } from "./zone-name";

export const ME = ["me"];
export const SITE = ["site"];
const ASK_AGAIN_MS = 2_000;

export function useSite() {
  return useQuery({
    queryKey: SITE,
    queryFn: async () => {
      const site = (await getSite({ throwOnError: true })).data as Site;
      setZone(site.time_zone);
      setHome(site.calling_code, site.trunk_prefix);
      return site;
    },
    staleTime: 60_000,
  });
}

export function useWhoAmI() {
  return useQuery({
    queryKey: ME,
    queryFn: async () => (await getMe({ throwOnError: true })).data as Me,
    retry: false,
    staleTime: 60_000,
    refetchInterval: ({ state: { error } }) => error !== null && !isRefusal(error) && ASK_AGAIN_MS,
  });
}

/** The server is there and says no; else it is asked again by itself, for an agent's customer waits for his page. */
function isRefusal(error: Error): boolean {
  return error instanceof Problem && error.status >= 400 && error.status < 500;
}

export const MeContext = createContext<Me | null>(null);

/** The signed-in person; only inside the frame, where there is always one. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("useMe outside the frame");
  return me;
}

export function useIsAdmin(): boolean {
  return useMe().role === "admin";
}

/** Where a person lands after signing in. */
export function home(role: Role): string {
  return role === "auditor" ? "/calls" : "/desk";
}
