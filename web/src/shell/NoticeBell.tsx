import { BellOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { i18n } from "../i18n";
import { type NoticeData, placeOf } from "../lib/notices";
import { useWaiting, WAITING } from "../lib/service";
import { onLiveMessage } from "../live/store";

/** How much waits for this person; what comes meanwhile is told here, and on the desktop while the page is away. */
export default function NoticeBell() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { notification } = App.useApp();
  const { data } = useWaiting();

  useEffect(() => {
    const tell = async (notice: NoticeData) => {
      await i18n.loadNamespaces("admin");
      const title = i18n.t(`admin:notice.${notice.kind}`, notice.text);
      const open = () => {
        window.focus();
        navigate(placeOf(notice));
      };
      notification.info({ key: `notice-${notice.id}`, title, onClick: open, style: { cursor: "pointer" } });
      if (document.hidden && "Notification" in window && Notification.permission === "granted")
        new Notification(title, { tag: `callroom-notice-${notice.id}` }).onclick = open;
    };
    return onLiveMessage((message) => {
      if (message.type !== "notice.made") return;
      void tell(message.data);
      for (const queryKey of [WAITING, ["notices"], ["records"], ["follow-ups"], ["memos"]])
        void queries.invalidateQueries({ queryKey });
    });
  }, [navigate, notification, queries]);

  const count = (data?.submitted ?? 0) + (data?.overdue ?? 0) + (data?.follow_ups ?? 0) + (data?.notices ?? 0);
  return (
    <Button
      type="text"
      icon={<BellOutlined />}
      aria-label={t("nav.waiting", { count })}
      title={t("nav.waiting", { count })}
      onClick={() => navigate("/inbox")}
    >
      {count > 0 && <span className="nav-news">{count > 99 ? "99+" : count}</span>}
    </Button>
  );
}
