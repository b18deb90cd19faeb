import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { PageFrame } from "../../ui/PageFrame";
import { OwnPrompts } from "./OwnPrompts";
import { SystemPrompts } from "./SystemPrompts";

/** What callers hear: the company's own prompts, and what the system says by itself. */
export default function PromptsPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const shown = address.get("of") === "system" ? "system" : "own";
  const tabs = (
    <Tabs
      activeKey={shown}
      onChange={(key) => setAddress(key === "system" ? { of: "system" } : {})}
      items={[
        { key: "own", label: t("prompts.own") },
        { key: "system", label: t("prompts.system") },
      ]}
    />
  );
  if (shown === "own") return <OwnPrompts tabs={tabs} />;
  return (
    <PageFrame title={t("prompts.title")} lead={t("prompts.lead")}>
      {tabs}
      <SystemPrompts />
    </PageFrame>
  );
}
