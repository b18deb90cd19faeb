import { useMutation } from "@tanstack/react-query";
import { Card, Empty, Form } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askWhatIf, type DayAnswer } from "../../api";
import { Problem, problemFrom } from "../../lib/problem";
import { PageFrame } from "../../ui/PageFrame";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { DayResult } from "./DayResult";
import { staffing } from "./figures";
import { LoadResult } from "./LoadResult";
import { type Asked, type Fields, type Kind, Question } from "./Question";
import "./what-if.css";

const NONE: ReadonlyMap<number, number> = new Map();

/** How many agents a load, or a day that was, needs; and what another staffing would make of it. */
export default function WhatIfPage() {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const { problem, show, clear } = useProblem(form);
  const [kind, setKind] = useState<Kind>("day");
  const [changed, setChanged] = useState(NONE);
  const question = useMutation({
    mutationFn: async (body: Asked) => {
      clear();
      return (await askWhatIf({ body, throwOnError: true })).data;
    },
    onError: (error) => show(inForm(problemFrom(error, 0))),
  });
  const answer = question.error ? undefined : question.data;
  const shown = answer?.kind === kind ? answer : undefined;
  const day = shown?.kind === "day" ? (shown as DayAnswer) : undefined;

  const ask = (asked: Asked) => {
    const before = question.variables;
    const same =
      asked.kind === "day" && before?.kind === "day" && asked.queue === before.queue && asked.day === before.day;
    if (!same) setChanged(NONE);
    const staff = same && day ? staffing(day.half_hours, changed) : null;
    question.mutate(asked.kind === "day" ? { ...asked, staff } : asked);
  };

  return (
    <PageFrame title={t("what_if.title")} lead={t("what_if.lead")}>
      <Card size="small" style={{ marginBlockEnd: 16 }}>
        <Question form={form} kind={kind} busy={question.isPending} onKind={setKind} onAsk={ask} />
        <ProblemNote problem={problem} />
        <p className="what-if-help">{t(kind === "day" ? "what_if.help_day" : "what_if.help_load")}</p>
      </Card>
      {shown?.kind === "load" && <LoadResult answer={shown} />}
      {day && (
        <DayResult
          answer={day}
          changed={changed}
          onChange={(halfHour, agents) => setChanged((was) => new Map(was).set(halfHour, agents))}
        />
      )}
      {!shown && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={t(question.isPending ? "what_if.reckoning" : "what_if.nothing_asked")}
        />
      )}
    </PageFrame>
  );
}

/** The server names a field with the kind of question before it; the form has one at a time. */
function inForm(problem: Problem): Problem {
  const errors = problem.errors.map((error) => ({ ...error, field: error.field.replace(/^(day|load)\./, "") }));
  return new Problem({ type: problem.kind, title: problem.message, status: problem.status, errors });
}
