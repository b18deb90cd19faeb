import {
  AudioMutedOutlined,
  AudioOutlined,
  PauseOutlined,
  PhoneOutlined,
  PlayCircleOutlined,
  SwapOutlined,
  TableOutlined,
} from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CallView } from "../../live/types";
import { type LegView, usePhone } from "../../phone/store";
import { useActions } from "../../phone/useCalls";
import type { Panel } from "./CallPanel";

interface Control {
  name: string;
  hint: string;
  icon: ReactNode;
  onClick: () => void;
  pressed?: boolean;
  look?: "answer" | "danger";
  disabled?: boolean;
}

/** One large button with its key written on it. */
function ControlButton({ name, hint, icon, onClick, pressed, look, disabled = false }: Control) {
  return (
    <Button
      className={look === "answer" ? "desk-control desk-answer" : "desk-control"}
      type={look === "answer" || pressed ? "primary" : "default"}
      danger={look === "danger"}
      icon={icon}
      onClick={onClick}
      disabled={disabled}
      aria-label={name}
      aria-keyshortcuts={hint}
      {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
    >
      {name}
      <kbd>{hint.replace("Shift+", "⇧ ")}</kbd>
    </Button>
  );
}

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
