import {
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleFilled,
  LoadingOutlined,
  PhoneOutlined,
} from "@ant-design/icons";
import { Alert, Button, Card, Progress } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { openMicrophone, takePhone } from "../../phone/control";
import { tryRing } from "../../phone/ringer";
import "./check.css";
import { Devices } from "./Devices";
import { useCheck } from "./useCheck";
import { hindrance, type Result, STEPS, type Step } from "./verdict";

const MARK: Record<Result, ReactNode> = {
  ok: <CheckCircleFilled className="check-ok" />,
  bad: <CloseCircleFilled className="check-bad" />,
  wait: <LoadingOutlined />,
  todo: <ClockCircleOutlined />,
};

function Meter({ level, label }: { level: number; label: string }) {
  return <Progress aria-label={label} percent={Math.round(level * 100)} showInfo={false} status="normal" />;
}

/** Before the shift: does everything a call needs work here? Ends in "ready", or in the one thing to do next. */
export default function CheckPage() {
  const { t } = useTranslation("desk");
  const { results, status, microphoneState, level, echo, setSpeaker, judgeEcho } = useCheck();
  const first = hindrance(results);

  const help: Record<Step, string> = {
    secure: t("check.secure_help"),
    server: t("check.server_help"),
    line: t(`phone.${status}_help`),
    microphone: microphoneState === "open" ? t("check.speak") : t(`check.microphone_${microphoneState}`),
    speaker: t("check.speaker_help"),
    echo: t(echo.going || echo.phase === "heard" ? `check.echo_${echo.phase}` : "check.echo_help"),
  };
  const controls: Partial<Record<Step, ReactNode>> = {
    line: (status === "other_tab" || status === "other_place") && (
      <Button onClick={takePhone}>{t("phone.take")}</Button>
    ),
    microphone: (
      <>
        {microphoneState === "open" && <Meter level={level} label={t("check.microphone_level")} />}
        {microphoneState !== "open" && (
          <Button onClick={() => void openMicrophone()}>{t("phone.open_microphone")}</Button>
        )}
      </>
    ),
    speaker: (
      <>
        <Button onClick={() => void tryRing()}>{t("check.play")}</Button>
        <Button type="primary" ghost onClick={() => setSpeaker("ok")}>
          {t("check.heard")}
        </Button>
        <Button onClick={() => setSpeaker("bad")}>{t("check.not_heard")}</Button>
      </>
    ),
    echo: (
      <>
        {echo.going ? (
          <Button danger onClick={echo.end}>
            {t("check.echo_end")}
          </Button>
        ) : (
          <Button
            icon={<PhoneOutlined />}
            disabled={results.line !== "ok"}
            onClick={() => {
              judgeEcho("todo");
              void echo.begin();
            }}
          >
            {t("check.echo_begin")}
          </Button>
        )}
        {echo.phase === "heard" && (
          <>
            <Button type="primary" ghost onClick={() => judgeEcho("ok")}>
              {t("check.heard_myself")}
            </Button>
            <Button onClick={() => judgeEcho("bad")}>{t("check.not_heard_myself")}</Button>
          </>
        )}
        {echo.talking && <Meter level={echo.level} label={t("check.echo_level")} />}
      </>
    ),
  };

  return (
    <div className="check">
      <h1>{t("check.title")}</h1>
      <Alert
        showIcon
        role="status"
        type={first === null ? "success" : first.result === "bad" ? "error" : "info"}
        title={first === null ? t("check.ready") : t("check.next", { step: t(`check.step.${first.step}`) })}
        description={first === null ? t("check.ready_more") : help[first.step]}
      />
      <Card size="small">
        <ol className="check-steps">
          {STEPS.map((step) => (
            <li key={step}>
              <span className="check-mark" role="img" aria-label={t(`check.result.${results[step]}`)}>
                {MARK[results[step]]}
              </span>
              <div className="check-step">
                <strong>{t(`check.step.${step}`)}</strong>
                {results[step] !== "ok" && <p>{help[step]}</p>}
                <div className="check-controls">{controls[step]}</div>
              </div>
            </li>
          ))}
        </ol>
      </Card>
      <Devices />
    </div>
  );
}
