import { Alert, type FormInstance } from "antd";
import { useCallback, useState } from "react";
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

  const show = useCallback(
    (refusal: Problem) => {
      const known = form.getFieldsError().map(({ name }) => name as Path);
      for (const { field, rule, text: told } of refusal.errors) {
        const name = fieldFor(known, field);
        const text = told || (i18n.exists(`rule.${rule}`) ? t(`rule.${rule}`) : t("rule.wrong"));
        if (name) form.setFields([{ name: name as never, errors: [text] }]);
      }
      const first = refusal.errors.map(({ field }) => fieldFor(known, field)).find(Boolean);
      if (first) form.scrollToField(first as never, { block: "center", focus: true });
      setProblem(refusal);
    },
    [form, t, i18n],
  );
  const clear = useCallback(() => setProblem(null), []);
  return { problem, show, clear };
}

export function ProblemNote({ problem }: { problem: Problem | null }) {
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
    />
  );
}
