import { Flex, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { Schedule } from "../../lib/types";
import { dateTimeText } from "../../phone/time";

/** Whether it is open now, why, and until when. */
export function Now({ row }: { row: Schedule }) {
  const { t, i18n } = useTranslation();
  const { open_now, override, override_until, override_by, next_change } = row;
  const when = (time: string) => dateTimeText(time, i18n.language);
  return (
    <Flex gap={8} wrap align="center">
      <Tag color={open_now ? "success" : "default"}>{t(open_now ? "schedules.open_now" : "schedules.closed_now")}</Tag>
      {override ? (
        <Tag color="warning">
          {override_until ? t("schedules.by_hand_until", { time: when(override_until) }) : t("schedules.by_hand")}
          {override_by && ` · ${override_by}`}
        </Tag>
      ) : (
        next_change && (
          <span style={{ opacity: 0.8 }}>
            {t(open_now ? "schedules.closes_at" : "schedules.opens_at", { time: when(next_change) })}
          </span>
        )
      )}
    </Flex>
  );
}
