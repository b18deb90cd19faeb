import { DownOutlined } from "@ant-design/icons";
import { Button, Dropdown, type MenuProps } from "antd";
import { useTranslation } from "react-i18next";
import { useLive } from "../live/store";
import { StateTag } from "../ui/states";
import { Since, Until } from "./Timer";
import { useActions } from "./useCalls";
import { useReasons } from "./useReasons";

/** The agent's own state in the top bar, and the way to change it. */
export function PresencePicker() {
  const { t } = useTranslation("desk");
  const me = useLive((live) => live.me.agent);
  const reasons = useReasons();
  const actions = useActions();
  if (!me) return null;
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
      <Button title={t("presence.mine")}>
        <StateTag state={me.state} />
        {me.until ? <Until at={me.until} /> : <Since at={me.since} />}
        <DownOutlined aria-hidden />
      </Button>
    </Dropdown>
  );
}
