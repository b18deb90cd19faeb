import { Alert, Button, Flex, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type TrialOut, tryConnection } from "../../api";
import { type Problem, problemFrom } from "../../lib/problem";
import { useIsAdmin } from "../../lib/session";
import type { Connection } from "../../lib/types";
import { Section } from "../../ui/fields";
import { ProblemNote } from "../../ui/ProblemNote";
import { valuesOf } from "./form";

/** Asks the other system as a flow would, and shows what it answers. */
export function TryConnection({ row }: { row: Connection }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(row.kind === "http" ? "/" : "SELECT 1 AS one");
  const [values, setValues] = useState("");
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<TrialOut | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (!useIsAdmin()) return null;

  const ask = async () => {
    setBusy(true);
    setFound(null);
    setProblem(null);
    const body = { ...(row.kind === "http" ? { path: asked } : { query: asked }), values: valuesOf(values) };
    try {
      setFound((await tryConnection({ path: { id: row.id }, body, throwOnError: true })).data);
    } catch (refusal) {
      setProblem(problemFrom(refusal, 0));
    } finally {
      setBusy(false);
    }
  };
  const label = t(row.kind === "http" ? "connections.try_path" : "connections.try_query");
  return (
    <section aria-label={t("connections.try")}>
      <Section>{t("connections.try")}</Section>
      <Flex vertical gap={8}>
        {row.kind === "http" ? (
          <Input aria-label={label} prefix="GET" value={asked} onChange={(event) => setAsked(event.target.value)} />
        ) : (
          <Input.TextArea
            aria-label={label}
            rows={3}
            value={asked}
            onChange={(event) => setAsked(event.target.value)}
          />
        )}
        <Flex gap={8}>
          <Input
            aria-label={t("connections.try_values")}
            placeholder={t("connections.try_values")}
            value={values}
            onChange={(event) => setValues(event.target.value)}
          />
          <Button onClick={() => void ask()} loading={busy}>
            {t("connections.try")}
          </Button>
        </Flex>
        <ProblemNote problem={problem} />
        {found && <Found found={found} />}
      </Flex>
    </section>
  );
}

function Found({ found }: { found: TrialOut }) {
  const { t } = useTranslation();
  if (found.error)
    return <Alert type="error" showIcon title={found.error_text} description={found.told || undefined} />;
  return (
    <>
      <Alert type="success" showIcon title={t("connections.answered", { ms: found.milliseconds })} />
      <Input.TextArea
        readOnly
        aria-label={t("connections.answer")}
        value={found.answer}
        autoSize={{ maxRows: 12 }}
        style={{ fontSize: 12 }}
      />
    </>
  );
}
