import { LoadingOutlined } from "@ant-design/icons";
import { MutationCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import en from "antd/locale/en_US";
import zh from "antd/locale/zh_CN";
import { useEffect } from "react";
import { I18nextProvider } from "react-i18next";
import { BrowserRouter } from "react-router";
import { i18n } from "./i18n";
import { usePreferences } from "./lib/preferences";
import { Problem } from "./lib/problem";
import { Pages } from "./routes";
import { themeFor, useIsDark } from "./ui/theme";

const queries: QueryClient = new QueryClient({
  // What was done may stand in a customer's list of all that happened, wherever that is open; nothing waits for it.
  mutationCache: new MutationCache({ onSuccess: () => void queries.invalidateQueries({ queryKey: ["timeline"] }) }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => failures < 2 && !(error instanceof Problem && error.status >= 400),
    },
  },
});

// The turning mark stands still in size: one that grows and shrinks stays in the button for good when an answer comes
// before the browser has drawn the first step of its growing.
const BUTTONS = { autoInsertSpace: false, loadingIcon: <LoadingOutlined /> };

export function App() {
  const language = usePreferences((look) => look.language);
  const dark = useIsDark();

  useEffect(() => {
    void i18n.changeLanguage(language);
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);

  return (
    <I18nextProvider i18n={i18n}>
      <QueryClientProvider client={queries}>
        <ConfigProvider
          theme={themeFor(dark)}
          locale={language === "zh" ? zh : en}
          button={BUTTONS}
          wave={{ disabled: true }}
        >
          <AntApp style={{ height: "100%" }} notification={{ placement: "topRight" }}>
            <BrowserRouter>
              <Pages />
            </BrowserRouter>
          </AntApp>
        </ConfigProvider>
      </QueryClientProvider>
    </I18nextProvider>
  );
}
