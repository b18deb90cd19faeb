import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import type { Trunk } from "../../lib/types";
import { lampOf } from "./Lamp";

/** The state of a line in a plain sentence, with what to do about it. */
export function StateNote({ trunk }: { trunk: Trunk }) {
  const { t } = useTranslation();
  if (!trunk.enabled) return null;
  const lamp = lampOf(trunk);
  return (
    <Alert
      showIcon
      type={lamp === "default" || lamp === "processing" ? "info" : lamp}
      title={t(`trunks.state_${trunk.state}`)}
      description={
        <>
          {t(`trunks.why_${trunk.state}`)}
          {trunk.state_detail && <div>{trunk.state_detail}</div>}
        </>
      }
      style={{ marginBlockEnd: 16 }}
    />
  );
}
