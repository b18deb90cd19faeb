import { Alert, App, Form, Typography } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Problem, problemFrom } from "../../lib/problem";
import { Dialog } from "../../ui/Dialog";
import { ProblemNote } from "../../ui/ProblemNote";

const TYPED_MS = 400;

interface Props<Words, Estimate> {
  title: string;
  /** What is written; null: not enough yet. */
  words: Words | null;
  estimate: (words: Words) => Promise<Estimate>;
  /** What is told of the estimate: before sending, and when it is to be confirmed. */
  told: (estimate: Estimate) => { title: string; description: string; sure: string; costs?: string };
  /** `expected`: how many were told that can be reached. */
  send: (words: Words, expected: number) => Promise<unknown>;
  sent: string;
  help: string;
  width?: number;
  onClose: () => void;
  children: (estimate: Estimate | null) => ReactNode;
}

/** Something is written to everybody of a segment: how many that are is reckoned meanwhile, and said before it goes. */
export function ToAll<Words, Estimate extends { reachable: number }>(props: Props<Words, Estimate>) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const estimate = useEstimate(props.words, props.estimate, setProblem);
  const told = estimate && props.told(estimate);

  const send = async () => {
    if (props.words === null || !estimate || !told || busy) return;
    const okText = t("segments.send_now");
    if (!(await modal.confirm({ title: told.sure, content: told.costs, okText }))) return;
    setBusy(true);
    try {
      await props.send(props.words, estimate.reachable);
      message.success(props.sent);
      props.onClose();
    } catch (refusal) {
      setProblem(problemFrom(refusal, 0));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      title={props.title}
      okText={t("segments.send_now")}
      okButtonProps={{ disabled: !estimate || estimate.reachable === 0 }}
      cancelText={t("act.cancel")}
      confirmLoading={busy}
      onOk={() => void send()}
      onCancel={props.onClose}
      width={props.width}
    >
      <ProblemNote problem={problem} />
      <Form layout="vertical">{props.children(estimate)}</Form>
      {told && <Alert type="info" showIcon title={told.title} description={told.description} />}
      <Typography.Paragraph type="secondary" style={{ marginBlockStart: 8 }}>
        {props.help}
      </Typography.Paragraph>
    </Dialog>
  );
}

/** Reckoned when typing pauses. */
function useEstimate<Words, Estimate>(
  words: Words | null,
  reckon: (words: Words) => Promise<Estimate>,
  onProblem: (problem: Problem | null) => void,
) {
  const [estimate, setEstimate] = useState<Estimate | null>(null);
  const asked = words && JSON.stringify(words);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only other words are reckoned anew
  useEffect(() => {
    setEstimate(null);
    onProblem(null);
    if (asked === null) return;
    let current = true;
    const timer = setTimeout(async () => {
      try {
        const found = await reckon(JSON.parse(asked) as Words);
        if (current) setEstimate(found);
      } catch (refusal) {
        if (current) onProblem(problemFrom(refusal, 0));
      }
    }, TYPED_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [asked]);
  return estimate;
}
