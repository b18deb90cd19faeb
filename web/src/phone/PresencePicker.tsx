import { DownOutlined, WarningOutlined } from "@ant-design/icons";
import { Button, Dropdown, type MenuProps } from "antd";
import { useTranslation } from "react-i18next";
import { useLive } from "../live/store";
import type { AgentView } from "../live/types";
import { StateTag } from "../ui/states";
import { useRestWords } from "./RestLimit";
import { Since, Until } from "./Timer";
import { useActions } from "./useCalls";
import { useMyReasons } from "./useReasons";

/** The agent's own state in the top bar, and the way to change it. */
export function PresencePicker() {
  const me = useLive((live) => live.me.agent);
  return me && <Picker me={me} />;
}

function Picker({ me }: { me: AgentView }) {
  const { t } = useTranslation("desk");
  const reasons = useMyReasons();
  const actions = useActions();
  const limit = useRestWords(me);
  if (me.state === "offline") {
    return (
      <Button type="primary" onClick={() => actions.signIn()} aria-label={t("presence.sign_in")}>
        {t("presence.sign_in")}
      </Button>
    );
  }
  const rests = (kind: "busy" | "away") => [
    { key: kind, label: t(`presence.${kind}`), onClick: () => actions.presence(kind) },
    ...reasons
      .filter((reason) => reason.kind === kind)
      .map(({ id, name }) => ({ key: id, label: name, onClick: () => actions.presence(kind, id) })),
  ];
  const items: MenuProps["items"] = [
    { key: "ready", label: t("presence.ready"), onClick: () => actions.presence("ready") },
    { type: "divider" },
    ...rests("busy"),
    { type: "divider" },
    ...rests("away"),
    { type: "divider" },
    { key: "out", label: t("presence.sign_out"), onClick: () => actions.signOut() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button title={limit?.text ?? t("presence.mine")}>
        <StateTag state={me.state} />
        {limit?.over && (
          <span role="alert" className="rest-over">
            <WarningOutlined aria-hidden /> {t("presence.over")}
          </span>
        )}
        {me.until ? <Until at={me.until} /> : <Since at={me.since} />}
        <DownOutlined aria-hidden />
      </Button>
    </Dropdown>
  );
}
