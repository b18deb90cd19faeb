import { App, Button } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useInTab } from "../lib/typed";
import type { CallView } from "../live/types";
import { useOutsidePage } from "../pop/outside";

/** Opens another system's page about who is on the line in a tab, once for each call: when it rings, or is answered. */
export default function OutsidePop({ call }: { call: CallView }) {
  const { t } = useTranslation("desk");
  const { notification } = App.useApp();
  const [popped, setPopped] = useInTab<string>("popped");
  const page = useOutsidePage(call);
  const url = page?.shown_in === "tab" ? page.url : "";
  useEffect(() => {
    if (!url || popped === call.id) return;
    setPopped(call.id);
    if (window.open(url, "_blank")) return;
    const key = `pop-${call.id}`;
    const open = (
      <Button type="primary" href={url} target="_blank" rel="noopener" onClick={() => notification.destroy(key)}>
        {t("alert.open_page")}
      </Button>
    );
    notification.warning({ key, title: t("alert.page_held_back"), description: open, duration: 0 });
  }, [url, popped, call.id, setPopped, notification, t]);
  return null;
}
