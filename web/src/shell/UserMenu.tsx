import { DownOutlined, GlobalOutlined, KeyOutlined, LogoutOutlined, MoonOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, type MenuProps } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { signOut as signOutAtServer } from "../api";
import { usePreferences } from "../lib/preferences";
import { useMe } from "../lib/session";
import type { Language, Theme } from "../lib/types";

const PasswordForm = lazy(() => import("./PasswordForm"));

const THEMES: Theme[] = ["light", "dark", "system"];
const LANGUAGES: [Language, string][] = [
  ["zh", "中文"],
  ["en", "English"],
];

export function UserMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const { language, theme, choose } = usePreferences();
  const [changing, setChanging] = useState(false);

  const signOut = async () => {
    // A session that is already gone is what was wanted.
    await signOutAtServer({ throwOnError: true }).catch(() => undefined);
    queries.clear();
    window.location.assign("/sign-in");
  };

  const items: MenuProps["items"] = [
    { key: "who", type: "group", label: `${me.login} · ${t(`role.${me.role}`)}` },
    { type: "divider" },
    {
      key: "language",
      icon: <GlobalOutlined />,
      label: t("frame.language"),
      children: LANGUAGES.map(([key, label]) => ({
        key: `language-${key}`,
        label,
        onClick: () => choose({ language: key }, true),
      })),
    },
    {
      key: "theme",
      icon: <MoonOutlined />,
      label: t("frame.theme"),
      children: THEMES.map((key) => ({
        key: `theme-${key}`,
        label: t(`theme.${key}`),
        onClick: () => choose({ theme: key }, true),
      })),
    },
    { key: "password", icon: <KeyOutlined />, label: t("frame.password"), onClick: () => setChanging(true) },
    { type: "divider" },
    { key: "out", icon: <LogoutOutlined />, label: t("frame.sign_out"), onClick: () => void signOut() },
  ];

  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{ items, selectable: true, selectedKeys: [`language-${language}`, `theme-${theme}`] }}
      >
        <Button type="text" aria-label={t("frame.my_menu", { name: me.name })}>
          {me.name} <DownOutlined style={{ fontSize: 10 }} />
        </Button>
      </Dropdown>
      {changing && (
        <Suspense>
          <PasswordForm open onClose={() => setChanging(false)} />
        </Suspense>
      )}
    </>
  );
}
