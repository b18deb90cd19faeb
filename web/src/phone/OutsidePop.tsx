import { useQuery } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { PopOut } from "../api";
import { request } from "../lib/http";
import { useInTab } from "../lib/typed";
import { useLive } from "../live/store";
import type { CallView } from "../live/types";
import { part } from "./sides";

/** Opens another system's page about who is on the line, once for each call: when it rings, or when it is answered. */
export default function OutsidePop({ call }: { call: CallView }) {
  const { t } = useTranslation("desk");
  const { notification } = App.useApp();
  const me = useLive((live) => live.me.agent);
  const [popped, setPopped] = useInTab<string>("popped");
  const known = call.customer !== null || call.earlier_calls !== null; // it has been looked up who it is
  const answered = call.answered_at !== null && part(call, me) === "mine"; // who gives it on had answered before
  const due = known && popped !== call.id && (call.pop === "ring" || answered);
  const { data } = useQuery({
    queryKey: ["calls", call.id, "pop"],
    queryFn: () => request<PopOut>("GET", `/calls/${call.id}/pop`),
    enabled: due,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const url = data?.url;
  useEffect(() => {
    if (!due || !url) return;
    setPopped(call.id);
    if (window.open(url, "_blank")) return;
    const key = `pop-${call.id}`;
    const open = (
      <Button type="primary" href={url} target="_blank" rel="noopener" onClick={() => notification.destroy(key)}>
        {t("alert.open_page")}
      </Button>
    );
    notification.warning({ key, title: t("alert.page_held_back"), description: open, duration: 0 });
  }, [due, url, call.id, setPopped, notification, t]);
  return null;
}
