import { Button, Result } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

export function NothingHere() {
  const { t } = useTranslation();
  return (
    <Result
      status="404"
      title={t("frame.nothing_here")}
      extra={
        <Link to="/">
          <Button type="primary">{t("frame.back_home")}</Button>
        </Link>
      }
    />
  );
}
