import { useQueryClient } from "@tanstack/react-query";
import { Button, Card, Flex, Form, Input, Select, Typography } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { signIn } from "../../api";
import { usePreferences } from "../../lib/preferences";
import { problemFrom } from "../../lib/problem";
import { ME, useSite } from "../../lib/session";
import type { Language } from "../../lib/types";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { safePlace } from "./place";

interface Credentials {
  login: string;
  password: string;
}

export default function SignInPage() {
  const { t } = useTranslation();
  const [form] = Form.useForm<Credentials>();
  const [busy, setBusy] = useState(false);
  const { problem, show, clear } = useProblem(form);
  const { language, choose } = usePreferences();
  const { data: site } = useSite();
  const [address] = useSearchParams();
  const go = useNavigate();
  const queries = useQueryClient();

  useEffect(() => {
    document.title = `${t("sign_in.title")} · ${site?.name || "Callroom"}`;
  }, [t, site]);

  const enter = async (values: Credentials) => {
    clear();
    setBusy(true);
    try {
      await signIn({ body: values, throwOnError: true });
      await queries.resetQueries({ queryKey: ME });
      await go(safePlace(address.get("next")), { replace: true });
    } catch (error) {
      show(problemFrom(error, 0));
      form.setFieldValue("password", "");
      form.focusField("password");
    } finally {
      setBusy(false);
    }
  };

  return (
    <Flex vertical align="center" justify="center" style={{ minHeight: "100%", padding: 16, boxSizing: "border-box" }}>
      <main style={{ width: "100%", maxWidth: 376 }}>
        <Flex align="center" gap={12} style={{ marginBlockEnd: 24 }}>
          <img src="/icon.svg" alt="" width={40} height={40} />
          <Typography.Title level={1} style={{ fontSize: 24, margin: 0, flex: 1 }}>
            {site?.name || "Callroom"}
          </Typography.Title>
          <Select<Language>
            variant="borderless"
            aria-label={t("frame.language")}
            value={language}
            options={[
              { value: "zh", label: "中文" },
              { value: "en", label: "English" },
            ]}
            onChange={(chosen) => choose({ language: chosen }, false)}
          />
        </Flex>
        <Card>
          <ProblemNote problem={problem} />
          <Form form={form} layout="vertical" requiredMark={false} onFinish={enter}>
            <Form.Item name="login" label={t("sign_in.login")} rules={[{ required: true }]}>
              <Input autoFocus size="large" autoComplete="username" autoCapitalize="none" spellCheck={false} />
            </Form.Item>
            <Form.Item name="password" label={t("sign_in.password")} rules={[{ required: true }]}>
              <Input.Password size="large" autoComplete="current-password" />
            </Form.Item>
            <Button type="primary" htmlType="submit" size="large" block loading={busy}>
              {t("sign_in.go")}
            </Button>
          </Form>
        </Card>
        {site && !site.set_up_done && (
          <Typography.Paragraph type="secondary" style={{ marginBlockStart: 16 }}>
            {t("sign_in.first_time")}
          </Typography.Paragraph>
        )}
      </main>
    </Flex>
  );
}
