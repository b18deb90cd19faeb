import { StarFilled } from "@ant-design/icons";
import { Tag } from "antd";
import { useTranslation } from "react-i18next";

/** That a row concerns a key customer; nothing of usual ones. */
export function TierTag({ tier }: { tier: number | undefined }) {
  const { t } = useTranslation();
  return tier ? <Tag icon={<StarFilled />}>{t("customers.tier_n", { tier })}</Tag> : null;
}
