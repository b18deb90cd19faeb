import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Notice } from "./Notice";

export function NothingHere() {
  const { t } = useTranslation();
  return <Notice title={t("frame.nothing_here")} action={<Link to="/">{t("frame.back_home")}</Link>} />;
}
