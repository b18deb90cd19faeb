import { useEffect, useState } from "react";

const PLACE = "callroom-popped"; // of all tabs: which tab shows the other system's page for which call
const MOST = 20; // calls that are remembered

/** This tab's name for itself, which outlives a reload. */
function ownName(): string {
  const known = sessionStorage.getItem("callroom-tab");
  if (known) return known;
  const made = crypto.randomUUID();
  sessionStorage.setItem("callroom-tab", made);
  return made;
}

function claims(): [string, string][] {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "[]") as [string, string][];
  } catch {
    return [];
  }
}

/** Whether this tab, of all of this browser, is to show the page for a call: the first that asks, also after a reload. */
export function claim(call: string): Promise<boolean> {
  return navigator.locks.request(PLACE, () => {
    const known = claims();
    const holder = known.find(([claimed]) => claimed === call)?.[1];
    if (holder) return holder === ownName();
    localStorage.setItem(PLACE, JSON.stringify([...known, [call, ownName()]].slice(-MOST)));
    return true;
  });
}

/** The same, asked when it is `due`; null: not known yet. */
export function useClaim(call: string, due: boolean): boolean | null {
  const [mine, setMine] = useState<boolean | null>(null);
  useEffect(() => {
    if (!due) return;
    let gone = false;
    void claim(call).then((granted) => !gone && setMine(granted));
    return () => {
      gone = true;
    };
  }, [call, due]);
  return due ? mine : null;
}
