import { Tag } from "antd";
import { useTranslation } from "react-i18next";

/** Whether a row is in use; only what is switched off draws the eye. */
export function OnOff({ on }: { on: boolean }) {
  const { t } = useTranslation();
  return on ? <span>{t("unit.on")}</span> : <Tag variant="filled">{t("unit.off")}</Tag>;
}
