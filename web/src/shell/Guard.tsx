import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../lib/session";
import type { Role } from "../lib/types";
import { Notice } from "./Notice";

/** Shows a page only to the roles it is for; the server decides again by itself. */
export function Guard({ roles, children }: { roles: Role[]; children: ReactNode }) {
  const { t } = useTranslation();
  const me = useMe();
  if (!roles.includes(me.role)) return <Notice title={t("frame.not_for_you")} />;
  return children;
}
