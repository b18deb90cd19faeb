/** Loading a page anew by itself when its files could not be had: the server was away, or an upgrade took them. */

const ASK_MS = 2_000;
/** Files that are missing although the server answers would else load the page for ever (milliseconds). */
const ONCE_IN_MS = 30_000;
const LOADED_AT = "callroom.loaded-again";
const ALIVE = "/healthz";
/** What index.html must share, in which this may be among what is missing. */
export const SHARED = { LOADED_AT, ALIVE, ONCE_IN_MS };

/** Whether a page's own files are what is missing; the words are those of Vite and the browsers. */
export function isMissingFile(error: Error): boolean {
  return /dynamically imported module|preload CSS|importing a module script/i.test(error.message);
}

/** Load the page anew as soon as the server answers, at most once in half a minute; returns what gives that up. */
export function loadAgain(load: () => void = () => window.location.reload()): () => void {
  const timer = setInterval(async () => {
    if (Date.now() - Number(sessionStorage.getItem(LOADED_AT)) < ONCE_IN_MS) return;
    const answers = await fetch(ALIVE).then(
      (answer) => answer.ok,
      () => false,
    );
    if (!answers) return;
    clearInterval(timer);
    sessionStorage.setItem(LOADED_AT, String(Date.now()));
    load();
  }, ASK_MS);
  return () => clearInterval(timer);
}
