import { Button, Checkbox, Flex, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Problem, problemFrom } from "../../lib/problem";
import { useRows } from "../../lib/resource";
import { useMe } from "../../lib/session";
import type { Extension } from "../../lib/types";
import { ProblemNote } from "../../ui/ProblemNote";
import { DemoCompany } from "./DemoCompany";
import { OwnTrunk } from "./OwnTrunk";
import { freeNumber, putToWork } from "./work";

/** A line of one's own, or the demo company; then the desk, where the newcomer himself may take the first call. */
export function TrunkStep({ onDone }: { onDone: () => Promise<void> }) {
  const { t } = useTranslation();
  const me = useMe();
  const { data: extensions } = useRows<Extension>("extensions");
  const [way, setWay] = useState<"demo" | "own">("demo");
  const [ready, setReady] = useState(false);
  const [myself, setMyself] = useState(true);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const finish = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await putToWork(myself ? me.id : null);
      await onDone();
    } catch (error) {
      setProblem(problemFrom(error, 0));
    } finally {
      setBusy(false);
    }
  };
  const number = me.extension ?? freeNumber((extensions ?? []).map((one) => one.number));

  return (
    <>
      <Segmented
        value={way}
        onChange={setWay}
        options={[
          { value: "demo", label: t("setup.demo_title") },
          { value: "own", label: t("setup.trunk_title") },
        ]}
        style={{ marginBlockEnd: 16 }}
      />
      {way === "demo" ? <DemoCompany onReady={() => setReady(true)} /> : <OwnTrunk onReady={() => setReady(true)} />}
      <ProblemNote problem={problem} />
      <Flex justify="space-between" align="center" gap={16} wrap>
        <Checkbox checked={myself} onChange={(event) => setMyself(event.target.checked)}>
          {t("setup.myself", { number })}
        </Checkbox>
        <Button type={ready ? "primary" : "default"} loading={busy} onClick={() => void finish()}>
          {t(ready ? "setup.finish" : "setup.finish_bare")}
        </Button>
      </Flex>
    </>
  );
}
