import { PhoneOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { shownNumber } from "../../lib/numbers";
import { useMe } from "../../lib/session";
import { useActions } from "../../phone/useCalls";
import { SmsButton } from "../../ui/sms/SmsButton";

interface Props {
  customer: { id: string; name: string };
  phone: { id: string; number: string };
}

/** Calls a customer's phone or writes to it, which needs no sight of the number. */
export function PhoneButtons({ customer, phone }: Props) {
  const { t } = useTranslation();
  const { role } = useMe();
  const actions = useActions();
  if (role === "auditor") return null;
  const name = t("customers.dial", { name: customer.name, number: shownNumber(phone.number) });
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<PhoneOutlined />}
        aria-label={name}
        title={name}
        onClick={(event) => {
          event.stopPropagation();
          void actions.dial({ customer: customer.id, field: phone.id });
        }}
      />
      <SmsButton
        target={{ customer: customer.id, field: phone.id }}
        name={`${customer.name} ${shownNumber(phone.number)}`}
      />
    </>
  );
}
