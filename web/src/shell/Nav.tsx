import {
  ApartmentOutlined,
  ApiOutlined,
  AudioOutlined,
  AuditOutlined,
  BankOutlined,
  BellOutlined,
  ClockCircleOutlined,
  ContactsOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  ExportOutlined,
  FormOutlined,
  HistoryOutlined,
  IdcardOutlined,
  ImportOutlined,
  InboxOutlined,
  LineChartOutlined,
  MailOutlined,
  MessageOutlined,
  NodeIndexOutlined,
  PauseCircleOutlined,
  PhoneOutlined,
  PrinterOutlined,
  ProfileOutlined,
  RiseOutlined,
  SendOutlined,
  SettingOutlined,
  ShoppingCartOutlined,
  SmileOutlined,
  SnippetsOutlined,
  SoundOutlined,
  StarOutlined,
  TeamOutlined,
  UnorderedListOutlined,
  UserOutlined,
} from "@ant-design/icons";
import { Menu, type MenuProps } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { useMe } from "../lib/session";
import type { Role } from "../lib/types";
import { useNewMessages } from "../lib/voicemail";

interface Entry {
  to: string;
  key: string;
  icon: ReactNode;
  roles?: Role[];
}

interface Group {
  key: string;
  roles?: Role[];
  entries: Entry[];
}

const STAFF: Role[] = ["admin", "supervisor", "auditor"];

export const NAVIGATION: Group[] = [
  {
    key: "work",
    entries: [
      { to: "/desk", key: "desk", icon: <CustomerServiceOutlined />, roles: ["admin", "supervisor", "agent"] },
      { to: "/wall", key: "wall", icon: <DashboardOutlined />, roles: STAFF },
      { to: "/what-if", key: "what_if", icon: <LineChartOutlined />, roles: ["admin", "supervisor"] },
      { to: "/satisfaction", key: "satisfaction", icon: <SmileOutlined />, roles: STAFF },
      { to: "/calls", key: "calls", icon: <HistoryOutlined /> },
      { to: "/messages", key: "messages", icon: <MessageOutlined /> },
      { to: "/faxes", key: "faxes", icon: <PrinterOutlined /> },
      { to: "/desk/check", key: "check", icon: <AudioOutlined />, roles: ["admin", "supervisor", "agent"] },
    ],
  },
  {
    key: "customers",
    entries: [
      { to: "/inbox", key: "inbox", icon: <BellOutlined /> },
      { to: "/customers", key: "customer_list", icon: <ContactsOutlined /> },
      { to: "/customer-value", key: "customer_value", icon: <RiseOutlined />, roles: STAFF },
      { to: "/segments", key: "segments", icon: <TeamOutlined />, roles: STAFF },
      { to: "/records", key: "records", icon: <FormOutlined /> },
      { to: "/follow-ups", key: "follow_ups", icon: <PhoneOutlined /> },
      { to: "/memos", key: "memos", icon: <AuditOutlined /> },
      { to: "/orders", key: "orders", icon: <ShoppingCartOutlined /> },
      { to: "/products", key: "products", icon: <InboxOutlined />, roles: STAFF },
      { to: "/tables", key: "tables", icon: <UnorderedListOutlined />, roles: STAFF },
    ],
  },
  {
    key: "exchange",
    roles: STAFF,
    entries: [
      { to: "/exchange/extensions", key: "extensions", icon: <PhoneOutlined /> },
      { to: "/exchange/trunks", key: "trunks", icon: <NodeIndexOutlined /> },
      { to: "/exchange/numbers-in", key: "numbers_in", icon: <ImportOutlined /> },
      { to: "/exchange/routes-out", key: "routes_out", icon: <ExportOutlined /> },
      { to: "/queues", key: "queues", icon: <UnorderedListOutlined /> },
      { to: "/exchange/ring-groups", key: "ring_groups", icon: <BellOutlined /> },
      { to: "/exchange/flows", key: "flows", icon: <ApartmentOutlined /> },
      { to: "/exchange/fax-boxes", key: "fax_boxes", icon: <InboxOutlined /> },
      { to: "/exchange/prompts", key: "prompts", icon: <SoundOutlined /> },
    ],
  },
  {
    key: "settings",
    roles: STAFF,
    entries: [
      { to: "/settings/people", key: "people", icon: <TeamOutlined /> },
      { to: "/settings/teams", key: "teams", icon: <IdcardOutlined /> },
      { to: "/settings/skills", key: "skills", icon: <StarOutlined /> },
      { to: "/settings/customer-fields", key: "customer_fields", icon: <ProfileOutlined /> },
      { to: "/settings/customer-rules", key: "customer_rules", icon: <StarOutlined /> },
      { to: "/settings/surveys", key: "surveys", icon: <FormOutlined /> },
      { to: "/settings/schedules", key: "schedules", icon: <ClockCircleOutlined /> },
      { to: "/settings/reasons", key: "reasons", icon: <PauseCircleOutlined /> },
      { to: "/settings/company", key: "company", icon: <BankOutlined /> },
      { to: "/settings/connections", key: "connections", icon: <ApiOutlined /> },
      { to: "/settings/sms-templates", key: "sms_templates", icon: <SnippetsOutlined /> },
      { to: "/settings/sms-gateways", key: "sms_gateways", icon: <SendOutlined /> },
      { to: "/settings/mail", key: "mail", icon: <MailOutlined />, roles: ["admin"] },
      { to: "/settings/log", key: "log", icon: <AuditOutlined />, roles: ["admin", "auditor"] },
    ],
  },
];

const GROUP_ICONS: Record<string, ReactNode> = {
  work: <UserOutlined />,
  customers: <FormOutlined />,
  exchange: <PhoneOutlined />,
  settings: <SettingOutlined />,
};

/** The address of the entry that holds the page at `path`: the longest that fits. */
export function entryOf(path: string): string {
  const fitting = NAVIGATION.flatMap((group) => group.entries)
    .map((entry) => entry.to)
    .filter((to) => path === to || path.startsWith(`${to}/`));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? "";
}

export function Nav({ narrow }: { narrow: boolean }) {
  const { t } = useTranslation();
  const { role } = useMe();
  const { pathname } = useLocation();
  const news = useNewMessages();
  const allowed = (roles: Role[] | undefined) => !roles || roles.includes(role);

  const items: MenuProps["items"] = NAVIGATION.filter((group) => allowed(group.roles)).map((group) => ({
    type: "group",
    key: group.key,
    label: narrow ? <span title={t(`nav.${group.key}`)}>{GROUP_ICONS[group.key]}</span> : t(`nav.${group.key}`),
    children: group.entries
      .filter((entry) => allowed(entry.roles))
      .map((entry) => ({
        key: entry.to,
        icon: entry.icon,
        label: (
          <Link to={entry.to}>
            {t(`nav.${entry.key}`)}
            {entry.key === "calls" && news > 0 && (
              <span className="nav-news" title={t("nav.new_messages", { count: news })}>
                {news > 99 ? "99+" : news}
              </span>
            )}
          </Link>
        ),
      })),
  }));

  return (
    <nav aria-label={t("nav.label")} style={{ overflow: "auto", flex: 1 }}>
      <Menu mode="inline" items={items} selectedKeys={[entryOf(pathname)]} style={{ borderInlineEnd: 0 }} />
    </nav>
  );
}
