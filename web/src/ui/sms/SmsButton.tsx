import { MessageOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { i18n } from "../../i18n";
import { useMe } from "../../lib/session";
import type { SmsTarget } from "./target";

// The form is heavy, and lists of numbers are drawn without it.
const SmsDialog = lazy(async () => {
  const [loaded] = await Promise.all([import("./SmsDialog"), i18n.loadNamespaces("admin")]);
  return { default: loaded.SmsDialog };
});

interface Props {
  target: SmsTarget;
  /** Whom it is for, in words: his name, or his number as far as it may be seen. */
  name: string;
  type?: "text" | "default";
}

/** Beside a number: write a text message to it, which needs no sight of it. */
export function SmsButton({ target, name, type = "text" }: Props) {
  const { t } = useTranslation();
  const { role, may_send_sms } = useMe();
  const [open, setOpen] = useState(false);
  if (role === "auditor" || !may_send_sms) return null;
  return (
    <>
      <Button
        type={type}
        {...(type === "text" ? { size: "small" as const } : {})}
        icon={<MessageOutlined />}
        aria-label={t("act.sms", { number: name })}
        title={t("act.sms", { number: name })}
        onClick={(event) => {
          event.stopPropagation();
          setOpen(true);
        }}
      />
      {open && (
        // biome-ignore lint/a11y/noStaticElementInteractions: keeps clicks in the form from the row that it stands in
        <span onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()}>
          <Suspense>
            <SmsDialog target={target} name={name} onClose={() => setOpen(false)} />
          </Suspense>
        </span>
      )}
    </>
  );
}
