import {
  AudioMutedOutlined,
  AudioOutlined,
  PauseOutlined,
  PhoneOutlined,
  PlayCircleOutlined,
  SmileOutlined,
  SwapOutlined,
  TableOutlined,
} from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useTables } from "../../lib/service";
import type { CallView } from "../../live/types";
import { type LegView, usePhone } from "../../phone/store";
import { useActions } from "../../phone/useCalls";
import type { Panel } from "./CallPanel";
import { ControlButton } from "./ControlButton";
import { useQueueList } from "./queues";

export function OfferButtons({ call, leg }: { call: CallView; leg: LegView | undefined }) {
  const { t } = useTranslation("desk");
  const actions = useActions();
  // The phone rings a moment after the screen: only a page without a line cannot answer at all.
  const hasLine = usePhone((phone) => phone.status === "registered");
  if (!leg && !hasLine) return <p className="desk-quiet">{t("call.answer_elsewhere")}</p>;
  return (
    <>
      <ControlButton
        name={t("call.answer")}
        hint="Space"
        look="answer"
        icon={<PhoneOutlined />}
        disabled={leg?.state !== "ringing"}
        onClick={() => void actions.answer(call.id)}
      />
      <Button
        danger
        className="desk-control"
        icon={<PhoneOutlined rotate={225} />}
        disabled={!leg}
        aria-label={t("call.decline")}
        onClick={() => actions.decline(call.id)}
      >
        {t("call.decline")}
      </Button>
    </>
  );
}

/** Both sides are there, so that the call can be acted on. */
export function isConnected(call: CallView): boolean {
  return call.state === "talking" || call.state === "held";
}

/** For who was asked, or joined: the talk is not his, but he may leave it. */
export function GuestButtons({ call }: { call: CallView }) {
  const { t } = useTranslation("desk");
  const actions = useActions();
  return (
    <ControlButton
      name={t("call.hang_up")}
      hint="Shift+E"
      look="danger"
      icon={<PhoneOutlined rotate={225} />}
      onClick={() => void actions.hangUp(call.id)}
    />
  );
}

interface Props {
  call: CallView;
  panel: Panel;
  onPanel: (panel: Panel) => void;
}

export function CallButtons({ call, panel, onPanel }: Props) {
  const { t } = useTranslation("desk");
  const actions = useActions();
  const held = call.state === "held";
  const connected = isConnected(call);
  const queues = useQueueList();
  const callsBack = call.origin === "follow_up";
  const { data: tables = [] } = useTables({ enabled: callsBack });
  const asksAfterwards = callsBack
    ? tables.some(({ survey_id }) => survey_id)
    : queues.some(({ id, survey_id }) => id === call.queue?.id && survey_id);
  return (
    <>
      {!call.internal && (
        <>
          <ControlButton
            name={held ? t("call.resume") : t("call.hold")}
            hint="H"
            icon={held ? <PlayCircleOutlined /> : <PauseOutlined />}
            pressed={held}
            disabled={!connected}
            onClick={() => void actions.hold(call)}
          />
          <ControlButton
            name={call.muted ? t("call.unmute") : t("call.mute")}
            hint="M"
            icon={call.muted ? <AudioMutedOutlined /> : <AudioOutlined />}
            pressed={call.muted}
            disabled={!connected}
            onClick={() => void actions.mute(call)}
          />
        </>
      )}
      <ControlButton
        name={t("call.keypad")}
        hint="K"
        icon={<TableOutlined />}
        pressed={panel === "keypad"}
        disabled={!connected}
        onClick={() => onPanel("keypad")}
      />
      {!call.internal && (
        <ControlButton
          name={t("call.transfer")}
          hint="T"
          icon={<SwapOutlined />}
          pressed={panel === "transfer"}
          disabled={!connected}
          onClick={() => onPanel("transfer")}
        />
      )}
      {asksAfterwards && (
        <ControlButton
          name={t("call.survey")}
          icon={<SmileOutlined />}
          disabled={!connected}
          onClick={() => void actions.survey(call.id)}
        />
      )}
      <ControlButton
        name={t("call.hang_up")}
        hint="Shift+E"
        look="danger"
        icon={<PhoneOutlined rotate={225} />}
        onClick={() => void actions.hangUp(call.id)}
      />
    </>
  );
}
