import {
  CheckCircleOutlined,
  CloseCircleOutlined,
  LoadingOutlined,
  PhoneOutlined,
  SoundOutlined,
  SwapOutlined,
} from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { shownNumber } from "../../lib/numbers";
import { isHidden } from "../../phone/sides";
import { type DialTarget, useActions } from "../../phone/useCalls";
import type { CallRow } from "./types";
import "./calls.css";
import { SmsButton } from "../../ui/sms/SmsButton";
import type { SmsTarget } from "../../ui/sms/target";

/** The way a call went, as an icon and a word. */
export function DirectionWord({ direction }: { direction: CallRow["direction"] }) {
  const { t } = useTranslation("desk");
  const arrow = { inbound: 135, outbound: -45 } as const;
  return (
    <span className={`calls-word calls-${direction}`}>
      {direction === "internal" ? <SwapOutlined aria-hidden /> : <Arrow turn={arrow[direction]} />}
      {t(`call.direction.${direction}`)}
    </span>
  );
}

function Arrow({ turn }: { turn: number }) {
  return (
    <svg aria-hidden="true" width="14" height="14" viewBox="0 0 14 14" style={{ transform: `rotate(${turn}deg)` }}>
      <path d="M1 7h11M8 3l4 4-4 4" fill="none" stroke="currentColor" strokeWidth="1.6" />
    </svg>
  );
}

type Ended = Pick<CallRow, "answered_at" | "ended_at" | "loss_reason">;

/** Whether it met somebody, and if not, why. */
export function OutcomeWord({ row }: { row: Ended }) {
  const { t } = useTranslation("desk");
  if (!row.ended_at) {
    return (
      <span className="calls-word calls-going">
        <LoadingOutlined aria-hidden /> {t("outcome.going")}
      </span>
    );
  }
  if (row.answered_at) {
    return (
      <span className="calls-word calls-answered">
        <CheckCircleOutlined aria-hidden /> {t("outcome.answered")}
      </span>
    );
  }
  return (
    <span className="calls-word calls-missed">
      <CloseCircleOutlined aria-hidden /> {t("outcome.missed")}
      {row.loss_reason && <span className="calls-quiet">{t(`loss.${row.loss_reason}`, row.loss_reason)}</span>}
    </span>
  );
}

export function RecordingMark() {
  const { t } = useTranslation("desk");
  return <SoundOutlined aria-label={t("calls.recorded")} title={t("calls.recorded")} />;
}

interface NumberProps {
  number: string;
  name?: string | undefined;
  /** The call to dial back when the number itself is hidden from this person. */
  journey?: string;
  /** The message that is answered by calling back. */
  voicemail?: string;
  /** The fax whose other end it is. */
  fax?: string;
}

/** A number and the way to call it. */
export function DialNumber({ number, name, journey, voicemail, fax }: NumberProps) {
  const { t } = useTranslation("desk");
  const actions = useActions();
  const unseen = journey ? { journey } : fax ? { fax } : null;
  const told = isHidden(number) ? number && unseen : { to: number };
  const target: DialTarget | "" | null = voicemail && number ? { voicemail } : told;
  const written: SmsTarget | null = isHidden(number) ? (journey ? { journey } : null) : number ? { to: number } : null;
  return (
    <span className="calls-number">
      {name && <strong>{name}</strong>}
      <span>{shownNumber(number) || t("call.unknown")}</span>
      {target && (
        <Button
          type="text"
          size="small"
          icon={<PhoneOutlined />}
          aria-label={t("calls.dial", { number: name || shownNumber(number) })}
          onClick={(event) => {
            event.stopPropagation();
            void actions.dial(target);
          }}
        />
      )}
      {written && <SmsButton target={written} name={name || shownNumber(number)} />}
    </span>
  );
}
