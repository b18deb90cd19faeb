import { CustomerServiceOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { callDemo } from "../../api";
import "../../lib/http";
import { useLive } from "../../live/store";
import { useActions } from "../../phone/useCalls";

/** How the demo company's line is named; without it nobody can ring in. */
const DEMO_LINE = "Demo line";
/** A caller who has not come through the menu by then does not come any more (milliseconds). */
const TOO_LATE_MS = 45_000;

/** Lets a caller with a voice ring in, for who wants to see a call arrive. */
export function DemoCall() {
  const { t } = useTranslation("desk");
  const there = useLive((live) => Object.values(live.trunks).some(({ name }) => name.startsWith(DEMO_LINE)));
  const offline = useLive((live) => live.me.agent?.state === "offline");
  const actions = useActions();
  const [coming, setComing] = useState(false);

  useEffect(() => {
    if (!coming) return;
    const late = setTimeout(() => setComing(false), TOO_LATE_MS);
    return () => clearTimeout(late);
  }, [coming]);

  if (!there) return null;
  const ring = async () => {
    setComing(true);
    if (offline && !(await actions.signIn())) return setComing(false);
    if (!(await actions.attempt(() => callDemo({ body: { keys: "1" }, throwOnError: true })))) setComing(false);
  };
  return (
    <div className="desk-demo">
      <Button
        icon={<CustomerServiceOutlined />}
        loading={coming}
        aria-label={t("demo.call")}
        onClick={() => void ring()}
      >
        {t("demo.call")}
      </Button>
      <p className="desk-quiet" role="status">
        {t(coming ? "demo.coming" : "demo.help")}
      </p>
    </div>
  );
}
