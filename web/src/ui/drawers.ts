import { create } from "zustand";

/** How many drawers lie over the page: then a call is handled in the bar, on the desk too. */
export const useDrawers = create<{ open: number }>(() => ({ open: 0 }));
export const countDrawers = (more: number) => useDrawers.setState(({ open }) => ({ open: open + more }));
