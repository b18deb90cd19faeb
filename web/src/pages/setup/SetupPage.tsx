import { useQueryClient } from "@tanstack/react-query";
import { Card, Flex, Steps, Typography } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useNavigate } from "react-router";
import { Problem } from "../../lib/problem";
import { ME, MeContext, SITE, useWhoAmI } from "../../lib/session";
import { useSaveSettings, useSettings } from "../../lib/settings";
import { UserMenu } from "../../shell/UserMenu";
import { Waiting } from "../../shell/Waiting";
import { AgentsStep } from "./AgentsStep";
import { CompanyStep } from "./CompanyStep";
import { PasswordStep } from "./PasswordStep";
import { TrunkStep } from "./TrunkStep";

const STEPS = ["company", "password", "agents", "trunk"] as const;

/** The first run: four steps, each saved when it is left, ending on a working desk. */
export default function SetupPage() {
  const { t } = useTranslation();
  const me = useWhoAmI();
  const { data: settings } = useSettings(me.data?.role === "admin");
  const save = useSaveSettings();
  const [at, setAt] = useState(0);
  const go = useNavigate();
  const queries = useQueryClient();

  useEffect(() => {
    document.title = `${t("setup.title")} · Callroom`;
  }, [t]);

  if (me.error instanceof Problem && me.error.status === 401) return <Navigate to="/sign-in?next=/setup" replace />;
  if (me.data && me.data.role !== "admin") return <Navigate to="/" replace />;
  if (!me.data || !settings) return <Waiting />;

  const next = () => setAt(at + 1);
  const finish = async () => {
    await save.mutateAsync({ was: settings, change: { set_up_done: true } });
    queries.removeQueries({ queryKey: SITE });
    await queries.invalidateQueries({ queryKey: ME }); // he may take calls now
    await go("/desk", { replace: true });
  };
  const leads: Record<(typeof STEPS)[number], string> = {
    company: t("setup.company_lead"),
    password: t("setup.password_lead"),
    agents: t("setup.agents_lead"),
    trunk: t("setup.trunk_lead"),
  };
  const step = STEPS[at] ?? "trunk";

  return (
    <MeContext.Provider value={me.data}>
      <main style={{ maxWidth: 760, margin: "0 auto", padding: "32px 24px 48px" }}>
        <Flex align="center" gap={12} style={{ marginBlockEnd: 24 }}>
          <img src="/icon.svg" alt="" width={32} height={32} />
          <Typography.Title level={1} style={{ fontSize: 22, margin: 0, flex: 1 }}>
            {t("setup.title")}
          </Typography.Title>
          <UserMenu />
        </Flex>
        <Steps
          size="small"
          current={at}
          responsive={false}
          items={STEPS.map((name) => ({ title: t(`setup.step_${name}`) }))}
          style={{ marginBlockEnd: 24 }}
        />
        <Card>
          <Typography.Paragraph type="secondary">{leads[step]}</Typography.Paragraph>
          {step === "company" && <CompanyStep settings={settings} onDone={next} />}
          {step === "password" && <PasswordStep onDone={next} />}
          {step === "agents" && <AgentsStep onDone={next} />}
          {step === "trunk" && <TrunkStep onDone={finish} />}
        </Card>
      </main>
    </MeContext.Provider>
  );
}
