import { Alert, Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { useLive } from "../../live/store";
import { RestLimit } from "../../phone/RestLimit";
import { Since, Until } from "../../phone/Timer";
import { useActions } from "../../phone/useCalls";
import { MISSED_CALLS, useMyReasons, useReasonName } from "../../phone/useReasons";
import { StateTag } from "../../ui/states";

/** The agent's own state, large, with one button for each change, and what he did today. */
export function PresencePanel() {
  const { t } = useTranslation("desk");
  const me = useLive((live) => live.me.agent);
  const reasonName = useReasonName();
  const choosable = useMyReasons();
  const actions = useActions();
  if (!me) return <p className="desk-quiet">{t("presence.no_agent")}</p>;

  const rest = (kind: "busy" | "away") => {
    const mine = choosable.filter((reason) => reason.kind === kind);
    const label = t(`presence.${kind}`);
    const pressed = me.state === kind;
    const button = (
      <Button
        block
        aria-label={label}
        aria-pressed={pressed}
        type={pressed ? "primary" : "default"}
        {...(mine.length === 0 ? { onClick: () => actions.presence(kind) } : {})}
      >
        {label}
      </Button>
    );
    if (mine.length === 0) return button;
    const items = mine.map(({ id, name }) => ({ key: id, label: name, onClick: () => actions.presence(kind, id) }));
    return (
      <Dropdown trigger={["click"]} menu={{ items }}>
        {button}
      </Dropdown>
    );
  };
  const reason = reasonName(me.reason);

  return (
    <section aria-label={t("presence.mine")} className="desk-presence">
      <div className="desk-presence-now">
        <StateTag state={me.state} />
        {reason && <span>{reason}</span>}
        {me.state !== "offline" && (
          <span className="desk-timer">{me.until ? <Until at={me.until} /> : <Since at={me.since} />}</span>
        )}
      </div>
      {me.state === "busy" && me.reason === MISSED_CALLS && (
        <Alert
          type="warning"
          showIcon
          role="alert"
          title={t("presence.missed_calls_help")}
          style={{ marginBlockEnd: 12 }}
        />
      )}
      <RestLimit agent={me} />
      {me.state === "offline" ? (
        <Button type="primary" size="large" block aria-label={t("presence.sign_in")} onClick={() => actions.signIn()}>
          {t("presence.sign_in")}
        </Button>
      ) : (
        <div className="desk-presence-buttons">
          <Button
            block
            aria-label={t("presence.ready")}
            aria-pressed={me.state === "ready"}
            type={me.state === "ready" ? "primary" : "default"}
            onClick={() => actions.presence("ready")}
          >
            {t("presence.ready")}
          </Button>
          {rest("busy")}
          {rest("away")}
          <Button block aria-label={t("presence.sign_out")} onClick={() => actions.signOut()}>
            {t("presence.sign_out")}
          </Button>
        </div>
      )}
      <dl className="desk-today">
        <div>
          <dt>{t("today.answered")}</dt>
          <dd>{me.today.answered ?? 0}</dd>
        </div>
        <div>
          <dt>{t("today.refused")}</dt>
          <dd>{me.today.refused ?? 0}</dd>
        </div>
      </dl>
    </section>
  );
}
