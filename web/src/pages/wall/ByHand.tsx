import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useRows } from "../../lib/resource";
import type { Schedule } from "../../lib/types";
import { dateTimeText } from "../../phone/time";

/** Opening hours that somebody switched by hand: easily forgotten, so the wall says so. */
export function ByHand() {
  const { t, i18n } = useTranslation();
  const { data } = useRows<Schedule>("schedules", { refetchInterval: 60_000 }); // a switch may end by itself
  const switched = (data ?? []).filter(({ override }) => override);
  return switched.map(({ id, name, override, override_until }) => (
    <Alert
      key={id}
      type="warning"
      showIcon
      style={{ marginBlockEnd: 12 }}
      title={
        <Link to={`/settings/schedules?open=${id}`}>
          {t(override === "open" ? "schedules.held_open" : "schedules.held_closed", { name })}
          {override_until && ` · ${t("schedules.until_time", { time: dateTimeText(override_until, i18n.language) })}`}
        </Link>
      }
    />
  ));
}
