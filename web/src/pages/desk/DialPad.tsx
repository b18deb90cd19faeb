import { PhoneOutlined } from "@ant-design/icons";
import { Button, Input, type InputRef } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useActions } from "../../phone/useCalls";
import { KeyGrid } from "./Keypad";

/** Between calls: type or press a number and dial it. */
export function DialPad() {
  const { t } = useTranslation("desk");
  const [number, setNumber] = useState("");
  const [dialling, setDialling] = useState(false);
  const field = useRef<InputRef>(null);
  const actions = useActions();
  const wanted = number.replace(/[\s()-]/g, "");

  const dial = async () => {
    if (!wanted || dialling) return;
    setDialling(true);
    if (await actions.dial({ to: wanted })) setNumber("");
    setDialling(false);
  };
  return (
    <section className="desk-call desk-dial" aria-label={t("dial.title")}>
      <h1>{t("dial.title")}</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void dial();
        }}
      >
        <Input
          ref={field}
          size="large"
          inputMode="tel"
          autoComplete="off"
          value={number}
          onChange={(event) => setNumber(event.target.value)}
          placeholder={t("dial.placeholder")}
          aria-label={t("dial.number")}
          allowClear
        />
        <KeyGrid
          onKey={(key) => {
            setNumber((former) => former + key);
            field.current?.focus();
          }}
        />
        <Button
          block
          type="primary"
          size="large"
          htmlType="submit"
          icon={<PhoneOutlined />}
          disabled={!wanted}
          loading={dialling}
          aria-label={t("dial.dial")}
        >
          {t("dial.dial")}
        </Button>
      </form>
    </section>
  );
}
