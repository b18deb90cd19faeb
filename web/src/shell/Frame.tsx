import { Flex, Layout, theme } from "antd";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Outlet, useLocation } from "react-router";
import { usePreferences } from "../lib/preferences";
import { Problem } from "../lib/problem";
import { MeContext, useSite, useWhoAmI } from "../lib/session";
import type { Me, Site } from "../lib/types";
import { Nav } from "./Nav";
import { LoadAgain, Notice } from "./Notice";
import { PageBroken } from "./PageBroken";
import { UserMenu } from "./UserMenu";
import { Waiting } from "./Waiting";
import "./frame.css";

const PhoneBar = lazy(() => import("../phone/PhoneBar"));
// Fetched with the frame, drawn later: were it asked for when the server has just died, the page would break in a talk.
const bell = import("./NoticeBell");
const NoticeBell = lazy(() => bell);
const SETTLING = 1_500; // milliseconds

/** Everything a signed-in person sees: the navigation, the bar with the phone, and the page. */
export default function Frame() {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const me = useWhoAmI();
  const site = useSite();

  if (me.error instanceof Problem && me.error.status === 401)
    return <Navigate to={`/sign-in?next=${encodeURIComponent(pathname + search)}`} replace />;
  if (me.isError && !me.data)
    return (
      <Notice
        title={t("frame.unreachable")}
        action={<LoadAgain text={t("frame.load_again")} onClick={() => void me.refetch()} />}
      />
    );
  if (!me.data || site.isPending) return <Waiting />;
  if (me.data.role === "admin" && site.data && !site.data.set_up_done) return <Navigate to="/setup" replace />;
  return <Furnished me={me.data} site={site.data} />;
}

function Furnished({ me, site }: { me: Me; site: Site | undefined }) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const { pathname } = useLocation();
  const place = useRef<HTMLElement>(null);

  const [settled, setSettled] = useState(false); // what waits is told once the page is there
  useAccountLook(me);
  useEffect(() => {
    const later = setTimeout(() => setSettled(true), SETTLING);
    return () => clearTimeout(later);
  }, []);
  useEffect(() => {
    if (pathname) place.current?.scrollTo(0, 0);
  }, [pathname]);

  const line = `1px solid ${token.colorBorderSecondary}`;
  return (
    <MeContext.Provider value={me}>
      <Layout style={{ height: "100%" }}>
        <Layout.Sider
          width={192}
          theme="light"
          breakpoint="lg"
          collapsedWidth={0}
          zeroWidthTriggerStyle={{ top: 8 }}
          style={{ borderInlineEnd: line }}
        >
          <Flex vertical style={{ height: "100%" }}>
            <div className="frame-brand">
              <img src="/icon.svg" alt="" width={24} height={24} />
              <span className="frame-brand-name">{site?.name || "Callroom"}</span>
            </div>
            <Nav narrow={false} />
          </Flex>
        </Layout.Sider>
        <Layout>
          <header className="frame-bar" style={{ background: token.colorBgContainer, borderBlockEnd: line }}>
            <div className="frame-phone">
              <Suspense>
                <PhoneBar />
              </Suspense>
            </div>
            {settled && (
              <Suspense>
                <NoticeBell />
              </Suspense>
            )}
            <UserMenu />
          </header>
          <main ref={place} className="frame-page" aria-label={t("frame.page")}>
            <PageBroken place={pathname}>
              <Suspense fallback={<Waiting />}>
                <Outlet />
              </Suspense>
            </PageBroken>
          </main>
        </Layout>
      </Layout>
    </MeContext.Provider>
  );
}

/** On a strange computer a person finds the language and theme kept with the account. */
function useAccountLook({ id, language, theme }: Me): void {
  const choose = usePreferences((look) => look.choose);
  const shown = useRef("");
  useEffect(() => {
    if (shown.current === id) return;
    shown.current = id;
    choose({ language, theme }, false);
  }, [id, language, theme, choose]);
}
