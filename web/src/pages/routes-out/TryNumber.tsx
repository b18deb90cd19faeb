import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { tryOutboundRoutes } from "../../api";
import { useUserChoices } from "../../ui/choices";

/** Shows which way a number would take, for whom, and why. Nothing is dialled. */
export function TryNumber() {
  const { t, i18n } = useTranslation();
  const users = useUserChoices();
  const [number, setNumber] = useState("");
  const [user, setUser] = useState<string>();
  const trial = useMutation({
    mutationFn: async () => {
      const body = { number: number.trim(), ...(user && { user_id: user }) };
      return (await tryOutboundRoutes({ body, throwOnError: true })).data;
    },
  });
  const ask = () => {
    if (number.trim()) trial.mutate();
  };

  const why = (code: string) =>
    i18n.exists(`routes_out.why_${code}`) ? t(`routes_out.why_${code}`) : t("routes_out.why_other", { why: code });
  const told = trial.data;

  return (
    <Card size="small" title={t("routes_out.try_title")} style={{ marginBlockEnd: 16 }}>
      <Flex gap={8} wrap>
        <Input
          aria-label={t("routes_out.try_number")}
          placeholder={t("routes_out.try_number")}
          inputMode="tel"
          value={number}
          onChange={(event) => setNumber(event.target.value)}
          onPressEnter={ask}
          style={{ width: 216 }}
        />
        <Select
          allowClear
          aria-label={t("routes_out.try_user")}
          placeholder={t("routes_out.try_user")}
          options={users}
          value={user}
          onChange={setUser}
          showSearch={{ optionFilterProp: "label" }}
          style={{ width: 184 }}
        />
        <Button onClick={ask} loading={trial.isPending} disabled={!number.trim()}>
          {t("routes_out.try_go")}
        </Button>
      </Flex>
      {trial.error && <Alert type="error" showIcon title={trial.error.message} style={{ marginBlockStart: 12 }} />}
      {told && !trial.error && (
        <Alert
          showIcon
          type={told.allowed ? "success" : "warning"}
          style={{ marginBlockStart: 12 }}
          title={why(told.why)}
          description={
            told.route && (
              <span className="number">
                {t("routes_out.try_line", { route: told.route.name })}{" "}
                {told.trunks
                  .map((trunk) => t("routes_out.try_sent", { trunk: trunk.name, number: trunk.number_sent }))
                  .join(" → ")}
              </span>
            )
          }
        />
      )}
    </Card>
  );
}
