import { useEffect } from "react";
import { create } from "zustand";
import { useMyCalls } from "../phone/useCalls";

/** How many drawers and dialogs lie over the page: then a call is handled in the bar, on the desk too. */
export const useDrawers = create<{ open: number }>(() => ({ open: 0 }));
const count = (more: number) => useDrawers.setState(({ open }) => ({ open: open + more }));

const BAR = 56; // pixels, as .frame-bar

/** During a call: where what lies over the page begins, below the bar with the phone; between calls null. */
export function useBelowBar(isOpen: boolean): { top: number } | null {
  const calls = useMyCalls();
  useEffect(() => {
    if (!isOpen) return;
    count(1);
    return () => count(-1);
  }, [isOpen]);
  return calls.length > 0 ? { top: BAR } : null;
}
