import { Alert, Button, Form } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createTrunk } from "../../api";
import { usePreferences } from "../../lib/preferences";
import { ProblemNote } from "../../ui/ProblemNote";
import { blankTrunk, type TrunkBody, trunkBody } from "../trunks/form";
import { TrunkFields } from "../trunks/TrunkFields";
import { useStep } from "./useStep";
import { leadCalls } from "./work";

/** The carrier's line; its calls go to a first queue, and calls out take it. */
export function OwnTrunk({ onReady }: { onReady: () => void }) {
  const { t } = useTranslation();
  const language = usePreferences((look) => look.language);
  const [made, setMade] = useState<{ id: string; name: string } | null>(null);
  const [done, setDone] = useState(false);
  const { form, busy, problem, submit } = useStep<TrunkBody>(
    async (values) => {
      const body = trunkBody({ ...blankTrunk(), ...values });
      // Pressed again after the ways were refused: the line itself is there already.
      const trunk = made ?? (await createTrunk({ body, throwOnError: true })).data;
      setMade(trunk);
      await leadCalls(trunk, t("setup.first_queue"), language);
    },
    () => {
      setDone(true);
      onReady();
    },
  );
  if (made && done)
    return (
      <Alert
        type="success"
        showIcon
        title={t("setup.trunk_done", { name: made.name })}
        description={t("setup.trunk_ways")}
        style={{ marginBlockEnd: 24 }}
      />
    );
  return (
    <Form form={form} layout="vertical" initialValues={blankTrunk()} onFinish={submit} style={{ marginBlockEnd: 24 }}>
      <ProblemNote problem={problem} />
      <TrunkFields hasSecret={false} />
      <Button type="primary" htmlType="submit" loading={busy}>
        {t("setup.trunk_go")}
      </Button>
    </Form>
  );
}
