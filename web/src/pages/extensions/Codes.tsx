import { useQuery } from "@tanstack/react-query";
import { Button, Popover } from "antd";
import { useTranslation } from "react-i18next";
import { listFeatureCodes } from "../../api";
import "./codes.css";

/** What a phone can dial to sign in, change its agent's state, or hear itself. */
export function Codes() {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["feature-codes"],
    queryFn: async () => (await listFeatureCodes({ throwOnError: true })).data.items,
  });
  const list = (
    <dl className="codes">
      {data?.map(({ code, feature, takes }) => (
        <div key={code}>
          <dt>{takes > 0 ? `${code} / ${code}n` : code}</dt>
          <dd>{t(`codes.${feature}`)}</dd>
        </div>
      ))}
    </dl>
  );
  return (
    <Popover trigger="click" placement="bottomRight" title={t("codes.lead")} content={list}>
      <Button>{t("codes.title")}</Button>
    </Popover>
  );
}
