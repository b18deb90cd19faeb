import { PhoneOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Fragment, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useActions } from "../../phone/useCalls";
import { Input, type InputRef } from "../../ui/inputs";
import { DemoCall } from "./DemoCall";
import { KeyGrid } from "./Keypad";

const KEYS = [
  ["Space", "answer"],
  ["H", "hold"],
  ["M", "mute"],
  ["K", "keypad"],
  ["T", "transfer"],
  ["⇧ E", "hang_up"],
] as const;

/** The keys that work in a call, to be learned while none is there. */
function KeyHelp() {
  const { t } = useTranslation("desk");
  return (
    <dl aria-label={t("dial.keys")}>
      {KEYS.map(([key, name]) => (
        <Fragment key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{t(`call.${name}`)}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

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
      <div className="desk-dial-row">
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
        <div className="desk-dial-side">
          <KeyHelp />
          <DemoCall />
        </div>
      </div>
    </section>
  );
}
