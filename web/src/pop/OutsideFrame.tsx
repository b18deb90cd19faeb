import { CloseOutlined, ExportOutlined } from "@ant-design/icons";
import { Alert, Button } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CallView } from "../live/types";
import { useOutsidePage, useRefused } from "./outside";

/** Of a page within the desk nothing may lead the desk itself away, or the call would lose its page. */
const MAY = "allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads";

export interface Framed {
  call: string;
  url: string;
}

interface Props {
  call: CallView | undefined;
  framed: Framed | null;
  onFrame: (page: Framed | null) => void;
}

/** Another system's page about who is, or was, on the line; what is written there outlives the call, until the next one. */
export default function OutsideFrame({ call, framed, onFrame }: Props) {
  return (
    <>
      {call?.pop && <Due key={call.id} call={call} onDue={onFrame} />}
      {framed && <Frame key={framed.call} {...framed} onClose={() => onFrame(null)} />}
    </>
  );
}

function Due({ call, onDue }: { call: CallView; onDue: (page: Framed) => void }) {
  const page = useOutsidePage(call);
  const url = page?.shown_in === "desk" ? page.url : "";
  useEffect(() => {
    if (url) onDue({ call: call.id, url });
  }, [url, call.id, onDue]);
  return null;
}

function Frame({ call, url, onClose }: Framed & { onClose: () => void }) {
  const { t } = useTranslation();
  const refused = useRefused(call);
  const stale = useHeldBack(url);
  const mixed = window.location.protocol === "https:" && url.startsWith("http:");
  const why = refused ? "refused" : mixed ? "insecure" : stale ? "stale" : null;
  const close = t("outside.close");
  return (
    <section className="desk-outside" aria-label={t("outside.title")}>
      <header>
        <h2>{t("outside.title")}</h2>
        <span>
          <Button type="link" size="small" icon={<ExportOutlined />} href={url} target="_blank" rel="noopener">
            {t("outside.open")}
          </Button>
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={close}
            title={close}
            onClick={onClose}
          />
        </span>
      </header>
      {why ? (
        <Alert type="warning" showIcon title={t(`outside.${why}`)} description={t(`outside.${why}_help`)} />
      ) : (
        <iframe title={t("outside.title")} src={url} sandbox={MAY} referrerPolicy="strict-origin" />
      )}
    </section>
  );
}

/** The browser did not load it because this page was loaded before its address was set. */
function useHeldBack(url: string): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const heard = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent) => {
      if (effectiveDirective === "frame-src" && url.startsWith(blockedURI.replace(/\/$/, ""))) setHeld(true);
    };
    document.addEventListener("securitypolicyviolation", heard);
    return () => document.removeEventListener("securitypolicyviolation", heard);
  }, [url]);
  return held;
}
