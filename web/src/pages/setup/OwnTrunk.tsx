import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Form } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createTrunk, getTrunk, replaceTrunk } from "../../api";
import { usePreferences } from "../../lib/preferences";
import type { Trunk } from "../../lib/types";
import { ProblemNote } from "../../ui/ProblemNote";
import { blankTrunk, type TrunkBody, trunkBody } from "../trunks/form";
import { StateNote } from "../trunks/StateNote";
import { TrunkFields } from "../trunks/TrunkFields";
import { useStep } from "./useStep";
import { leadCalls } from "./work";

const LOOK_EVERY = 1000; // milliseconds

/** The carrier's line; its calls go to a first queue, and calls out take it. What is wrong with it is mended here. */
export function OwnTrunk({ onReady }: { onReady: () => void }) {
  const { t } = useTranslation();
  const language = usePreferences((look) => look.language);
  const [id, setId] = useState("");
  const [done, setDone] = useState(false);
  const { data: line, refetch } = useQuery({
    queryKey: ["setup", "trunk", id],
    queryFn: async () => (await getTrunk({ path: { id }, throwOnError: true })).data as Trunk,
    enabled: id !== "",
    refetchInterval: LOOK_EVERY,
  });
  const { form, busy, problem, submit } = useStep<TrunkBody>(
    async (values) => {
      const body = trunkBody({ ...blankTrunk(), ...values });
      if (line) {
        const headers = { "If-Match": `"${line.version}"` };
        await replaceTrunk({ path: { id }, headers, body, throwOnError: true });
        await refetch();
      }
      // Pressed again after the ways were refused: the line itself is there already.
      const trunk = line ?? (await createTrunk({ body, throwOnError: true })).data;
      setId(trunk.id);
      if (!done) await leadCalls(trunk, t("setup.first_queue"), language);
    },
    () => {
      setDone(true);
      onReady();
    },
  );
  const works = done && line?.state === "registered" ? line : null;
  return (
    <div style={{ marginBlockEnd: 24 }}>
      {works && (
        <Alert
          type="success"
          showIcon
          title={t("setup.trunk_done", { name: works.name })}
          description={t("setup.trunk_ways")}
          style={{ marginBlockEnd: 16 }}
        />
      )}
      {done && line && <StateNote trunk={line} />}
      {!works && (
        <Form form={form} layout="vertical" initialValues={blankTrunk()} onFinish={submit}>
          <ProblemNote problem={problem} />
          <TrunkFields hasSecret={line?.has_secret ?? false} />
          <Button type="primary" htmlType="submit" loading={busy}>
            {t("setup.trunk_go")}
          </Button>
        </Form>
      )}
    </div>
  );
}
