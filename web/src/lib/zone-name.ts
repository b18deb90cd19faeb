let zone = Intl.DateTimeFormat().resolvedOptions().timeZone; // until the site has told its own

/** Times are shown in the site's time zone, wherever the reader sits. */
export function setZone(name: string): void {
  zone = name;
}

export function zoneName(): string {
  return zone;
}
