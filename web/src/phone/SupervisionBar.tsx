import { AudioOutlined, CustomerServiceOutlined, EyeInvisibleOutlined } from "@ant-design/icons";
import { App, Button, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { SupervisionMode } from "../live/types";
import { Since } from "./Timer";
import { useActions, useSupervision } from "./useCalls";

const MODES = ["listen", "whisper", "barge"] as const;
const ICON = { listen: <EyeInvisibleOutlined />, whisper: <CustomerServiceOutlined />, barge: <AudioOutlined /> };

/** Asks before an agent loses his call to the leader. */
export function useTakeOver() {
  const { t } = useTranslation("desk");
  const { modal } = App.useApp();
  const actions = useActions();
  return (call: string, agent: string, name: string) =>
    modal.confirm({
      title: t("supervision.take_over_sure", { name }),
      okText: t("supervision.take_over"),
      onOk: () => actions.supervise(call, agent, "take_over"),
    });
}

/** While a leader is in an agent's talk, on every page: whose it is, who hears the leader, and how to change that. */
export default function SupervisionBar() {
  const { t } = useTranslation("desk");
  const call = useSupervision();
  const actions = useActions();
  const takeOver = useTakeOver();
  if (!call?.supervises) return null;
  const { call: talk, agent, name, mode } = call.supervises;
  const choose = (wanted: SupervisionMode) => void actions.supervise(talk, agent, wanted);
  return (
    <section className="call-mini supervision" aria-label={t("supervision.bar")}>
      <span className="call-mini-who" role="status">
        <strong>{name}</strong>
        {mode ? <span className="supervision-heard">{t(`supervision.heard.${mode}`)}</span> : t("supervision.ringing")}
        <Since at={call.answered_at ?? call.since} />
      </span>
      {mode !== "" && (
        <>
          <Segmented<SupervisionMode>
            size="small"
            value={mode}
            aria-label={t("supervision.how")}
            options={MODES.map((each) => ({ value: each, label: t(`supervision.${each}`), icon: ICON[each] }))}
            onChange={choose}
          />
          <Button size="small" onClick={() => takeOver(talk, agent, name)}>
            {t("supervision.take_over")}
          </Button>
        </>
      )}
      <Button danger size="small" onClick={() => void actions.hangUp(call.id)}>
        {t("supervision.stop")}
      </Button>
    </section>
  );
}
