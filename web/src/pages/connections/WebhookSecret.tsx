import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Flex, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createWebhookSecret, getWebhookSecret } from "../../api";
import { problemFrom } from "../../lib/problem";
import { Dialog } from "../../ui/Dialog";
import { ProblemNote } from "../../ui/ProblemNote";

/** Makes the secret with which webhooks are signed, and shows it this once. */
export function WebhookSecret() {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    queryKey: ["webhook-secret"],
    queryFn: async () => (await getWebhookSecret({ throwOnError: true })).data,
    enabled: open,
  });
  const make = useMutation({
    mutationFn: async () => (await createWebhookSecret({ throwOnError: true })).data,
    onSuccess: () => client.invalidateQueries({ queryKey: ["webhook-secret"] }),
  });
  const close = () => {
    setOpen(false);
    make.reset();
  };
  const since = data?.since && new Date(data.since).toLocaleString(i18n.language);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("connections.webhook_secret")}</Button>
      <Dialog title={t("connections.webhook_secret")} open={open} onCancel={close} footer={null}>
        <Flex vertical gap={12}>
          <span>{since ? t("connections.signed_since", { since }) : t("connections.not_signed")}</span>
          {make.data ? (
            <Alert
              type="success"
              title={t("connections.secret_once")}
              description={
                <Typography.Text code copyable style={{ wordBreak: "break-all" }}>
                  {make.data.secret}
                </Typography.Text>
              }
            />
          ) : (
            <>
              {since && <Alert type="warning" showIcon title={t("connections.secret_replaces")} />}
              <Button type="primary" loading={make.isPending} onClick={() => make.mutate()}>
                {t("connections.make_secret")}
              </Button>
            </>
          )}
          {make.error && <ProblemNote problem={problemFrom(make.error, 0)} />}
        </Flex>
      </Dialog>
    </>
  );
}
