import { PhoneOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useMe } from "../lib/session";
import { useActions } from "../phone/useCalls";
import { Dash } from "./fields";
import { SmsButton } from "./sms/SmsButton";
import { TierTag } from "./TierTag";

/** Whose a row is, and the ways to reach him at his first phone, which need no sight of its number. */
export function CustomerCell({ customer }: { customer: { id: string; name: string; tier?: number } | null }) {
  const { t } = useTranslation();
  const { role } = useMe();
  const actions = useActions();
  if (!customer) return <Dash />;
  const told = t("customers.dial", { name: customer.name, number: "" }).trim();
  return (
    <span style={{ whiteSpace: "nowrap" }}>
      {customer.name} <TierTag tier={customer.tier} />
      {role !== "auditor" && (
        <Button
          type="text"
          size="small"
          icon={<PhoneOutlined />}
          aria-label={told}
          title={told}
          onClick={(event) => {
            event.stopPropagation();
            void actions.dial({ customer: customer.id, field: 0 });
          }}
        />
      )}
      <SmsButton target={{ customer: customer.id, field: 0 }} name={customer.name} />
    </span>
  );
}
