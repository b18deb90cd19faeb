/** Only a place within this site: an address that was sent to somebody must not lead elsewhere after signing in. */
export function safePlace(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith("/sign-in") ? next : "/";
}
