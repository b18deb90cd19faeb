import { Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { dateTimeText } from "../../phone/time";
import type { Fax } from "./faxes";

const COLORS: Partial<Record<Fax["state"], string>> = {
  received: "success",
  sent: "success",
  failed: "error",
  unreadable: "error",
  dialling: "processing",
  sending: "processing",
};

/** Where a fax stands, in words: "Sending page 2 of 3". */
export function useFaxWords(): (fax: Fax) => string {
  const { t } = useTranslation();
  return ({ state, pages, pages_total, seconds, reason }) => {
    const told = {
      page: Math.min(pages + 1, pages_total),
      pages,
      total: pages_total,
      seconds: Math.round(seconds),
      count: pages,
    };
    if (state === "received" && reason) return t("faxes.state_incomplete", told);
    return t(`faxes.state_${state}`, told);
  };
}

/** Why it failed, or why the last attempt did; "" when nothing went wrong. */
export function useFaxReason(): (fax: Fax) => string {
  const { t, i18n } = useTranslation();
  return ({ reason, state, due_at, attempts }) => {
    if (!reason) return "";
    const why = t(`faxes.reason_${reason}`, { defaultValue: t("faxes.reason_failed") });
    if (state !== "waiting" || !due_at) return why;
    return t("faxes.again", { why, time: dateTimeText(due_at, i18n.language), attempts });
  };
}

export function FaxState({ fax }: { fax: Fax }) {
  const words = useFaxWords()(fax);
  const reason = useFaxReason()(fax);
  return (
    <Tooltip title={reason}>
      <Tag color={COLORS[fax.state] ?? "default"}>{words}</Tag>
    </Tooltip>
  );
}
