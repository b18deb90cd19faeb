import { Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";

/** 0 for a usual customer; the higher, the sooner it is his turn in queues that ask for it. */
export default function TierField({ value, onChange }: { value: number; onChange: (tier: number) => void }) {
  const { t } = useTranslation("desk");
  const id = useId();
  const options = Array.from({ length: 10 }, (_, tier) => ({
    value: tier,
    label: tier === 0 ? t("customer.tier_0") : t("customer.tier_n", { tier }),
  }));
  return (
    <div className="desk-field">
      <label htmlFor={id}>{t("customer.tier")}</label>
      <Select id={id} variant="filled" value={value} onChange={onChange} options={options} style={{ width: "100%" }} />
    </div>
  );
}
