import { Button, Result, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";

/** A page that could not be loaded or drawn. After an upgrade the old page's files are gone: loading anew mends it. */
export function PageBroken() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <Result
      status="error"
      title={t("frame.page_broken")}
      subTitle={<Typography.Text type="secondary">{error instanceof Error ? error.message : ""}</Typography.Text>}
      extra={
        <Button type="primary" onClick={() => window.location.reload()}>
          {t("frame.load_again")}
        </Button>
      }
    />
  );
}
