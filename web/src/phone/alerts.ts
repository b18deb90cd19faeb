/** What tells of a ringing call outside the page: a desktop notice and a blinking title. */

let former: string | null = null;
let blinking: ReturnType<typeof setInterval> | undefined;
let notice: Notification | null = null;

/** Ask for leave to show notices; call it from a click. */
export async function allowNotices(): Promise<void> {
  if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
}

export function startAlert(title: string, text: string, onClick: () => void): void {
  stopAlert();
  former = document.title;
  let on = true;
  document.title = `☎ ${title}`;
  blinking = setInterval(() => {
    on = !on;
    document.title = on ? `☎ ${title}` : (former ?? "");
  }, 1_000);
  if ("Notification" in window && Notification.permission === "granted") {
    notice = new Notification(title, { body: text, tag: "callroom-ringing", requireInteraction: true });
    notice.onclick = () => {
      window.focus();
      onClick();
    };
  }
}

export function stopAlert(): void {
  clearInterval(blinking);
  if (former !== null) document.title = former;
  former = null;
  notice?.close();
  notice = null;
}
