import { WarningOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { AlarmView } from "../../live/types";
import { Since } from "../../phone/Timer";

/** What asks for attention now, in words, the newest first. */
export function Alarms({ alarms }: { alarms: AlarmView[] }) {
  const { t } = useTranslation();
  return (
    <section role="status" aria-label={t("wall.alarms")}>
      {alarms.length > 0 && (
        <ul className="wall-alarms">
          {alarms
            .toSorted((a, b) => b.since.localeCompare(a.since))
            .map(({ queue, name, kind, limit, since }) => (
              <li key={`${queue}/${kind}`} className="wall-alarm wall-alarm-line">
                <WarningOutlined aria-hidden />
                <span>{t(`wall.alarm_${kind}`, { name, limit })}</span>
                <Since at={since} />
              </li>
            ))}
        </ul>
      )}
    </section>
  );
}

/** A figure that has an alarm: coloured and marked, so that it shows without colour too. */
export function Alarming({ on, children }: { on: boolean; children: React.ReactNode }) {
  return on ? (
    <strong className="wall-alarm">
      <WarningOutlined aria-hidden /> {children}
    </strong>
  ) : (
    children
  );
}
