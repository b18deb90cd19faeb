import { Alert, Button, type FormInstance } from "antd";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Problem } from "../lib/problem";

type Path = (string | number)[];

function fieldPath(field: string): Path {
  return field.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** The form's field that a server's field name belongs to: itself, or the nearest one that holds it. */
export function fieldFor(known: Path[], field: string): Path | undefined {
  const wanted = fieldPath(field);
  return known
    .filter((path) => path.every((part, place) => part === wanted[place]))
    .sort((a, b) => b.length - a.length)[0];
}

/** Shows a refusal where it belongs: at the fields it names, all else above the form. */
export function useProblem<T>(form: FormInstance<T>) {
  const { t, i18n } = useTranslation();
  const [problem, setProblem] = useState<Problem | null>(null);
  const marked = useRef<Path[]>([]); // fields without rules of their own keep what is told at them until it is taken away

  const show = useCallback(
    (refusal: Problem) => {
      const known = form.getFieldsError().map(({ name }) => name as Path);
      for (const { field, rule, text: told } of refusal.errors) {
        const name = fieldFor(known, field);
        const text = told || (i18n.exists(`rule.${rule}`) ? t(`rule.${rule}`) : t("rule.wrong"));
        if (!name) continue;
        form.setFields([{ name: name as never, errors: [text] }]);
        marked.current.push(name);
      }
      const first = refusal.errors.map(({ field }) => fieldFor(known, field)).find(Boolean);
      if (first) form.scrollToField(first as never, { block: "center", focus: true });
      setProblem(refusal);
    },
    [form, t, i18n],
  );
  const clear = useCallback(() => {
    form.setFields(marked.current.map((name) => ({ name: name as never, errors: [] })));
    marked.current = [];
    setProblem(null);
  }, [form]);
  return { problem, show, clear };
}

interface Props {
  problem: Problem | null;
  /** Takes what is stored now instead of what was written, when somebody else was faster. */
  onReload?: () => void;
}

export function ProblemNote({ problem, onReload }: Props) {
  const { t } = useTranslation();
  if (!problem) return null;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      style={{ marginBlockEnd: 16 }}
      title={problem.message || t(problem.status === 0 ? "problem.unreachable" : "problem.internal")}
      description={problem.detail || undefined}
      action={
        onReload &&
        problem.status === 412 && (
          <Button size="small" onClick={onReload}>
            {t("service.reload")}
          </Button>
        )
      }
    />
  );
}
