import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, DatePicker, Descriptions, Flex, Form, Input, Radio, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { FollowUpOut } from "../../api";
import { request } from "../../lib/http";
import { type Problem, problemFrom } from "../../lib/problem";
import { WAITING } from "../../lib/service";
import { useMe } from "../../lib/session";
import { useInTab } from "../../lib/typed";
import { atSite, here } from "../../lib/zone";
import { dateTimeText } from "../../phone/time";
import { useActions } from "../../phone/useCalls";
import { Section, Side } from "../../ui/fields";
import { HistoryList } from "../../ui/HistoryList";
import { PersonPicker } from "../../ui/PersonPicker";
import { ProblemNote } from "../../ui/ProblemNote";
import { SideDrawer } from "../../ui/SideDrawer";

interface Outcome {
  result: string;
  note: string;
}

const RESULTS = ["satisfied", "unsatisfied", "unreachable", "declined"];

/** One return call: who makes it and when, dialling, and what came of it. */
export function FollowUpDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["follow-ups", "one", id],
    queryFn: () => request<FollowUpOut>("GET", `/follow-ups/${id}`),
    refetchInterval: 5_000, // an attempt counts as soon as it is dialled
  });
  return (
    <SideDrawer open size={520} title={t("follow_ups.one")} onClose={onClose} destroyOnHidden>
      {data && <FollowUp task={data} onClose={onClose} />}
    </SideDrawer>
  );
}

function FollowUp({ task, onClose }: { task: FollowUpOut; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { role } = useMe();
  const actions = useActions();
  const queries = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [typed, setTyped] = useInTab<Outcome>(`follow-up:${task.id}`);
  const { result, note } = typed ?? { result: "satisfied", note: "" };
  const path = `/follow-ups/${task.id}`;
  const match = { "If-Match": `"${task.version}"` };
  const act = useMutation({
    mutationFn: async (work: () => Promise<unknown>) => work(),
    onMutate: () => setProblem(null),
    onSuccess: () =>
      Promise.all([["follow-ups"], ["records"], WAITING].map((queryKey) => queries.invalidateQueries({ queryKey }))),
    onError: (error) => setProblem(problemFrom(error, 0)),
  });
  const isOpen = task.state === "open" && role !== "auditor";
  const assign = (change: { owner?: string | null; due_at?: string }) => {
    const body = { owner: change.owner ?? task.owner?.id ?? null, due_at: change.due_at ?? task.due_at };
    act.mutate(() => request("PUT", path, { body, headers: match }));
  };

  return (
    <>
      <ProblemNote problem={problem} />
      <Descriptions
        size="small"
        column={1}
        style={{ marginBlockEnd: 16 }}
        items={[
          { key: "customer", label: t("service.customer"), children: task.customer?.name ?? "–" },
          {
            key: "record",
            label: t("inbox.record"),
            children: (
              <Link to={`/records/${task.record.table.id}?open=${task.record.id}`}>
                {task.record.table.name} #{task.record.number}
              </Link>
            ),
          },
          {
            key: "attempts",
            label: t("follow_ups.attempts"),
            children: (
              <Flex gap={8}>
                {task.attempts}
                {task.journey && <Link to={`/calls/${task.journey}`}>{t("service.show_call")}</Link>}
                {task.survey.map((meaning) => (
                  <Tag key={meaning}>{t(`desk:survey.${meaning}`)}</Tag>
                ))}
              </Flex>
            ),
          },
          ...(task.state === "done"
            ? [
                { key: "result", label: t("follow_ups.result"), children: t(`follow_ups.result_${task.result}`) },
                { key: "note", label: t("records.note"), children: task.note || "–" },
                {
                  key: "done",
                  label: t("follow_ups.done_at"),
                  children: task.done_at ? dateTimeText(task.done_at, i18n.language) : "–",
                },
              ]
            : []),
        ]}
      />
      {isOpen && (
        <>
          <Form layout="vertical">
            <Side>
              <Form.Item label={t("service.owner")}>
                <PersonPicker
                  value={task.owner?.id ?? null}
                  known={task.owner}
                  onChange={(owner) => owner && assign({ owner })}
                />
              </Form.Item>
              <Form.Item label={t("service.due")}>
                <DatePicker
                  aria-label={t("service.due")}
                  allowClear={false}
                  showTime={{ format: "HH:mm" }}
                  format="YYYY-MM-DD HH:mm"
                  value={here(task.due_at)}
                  onChange={(at) => at && assign({ due_at: atSite(at).toISOString() })}
                  style={{ width: "100%" }}
                />
              </Form.Item>
            </Side>
          </Form>
          <Button block onClick={() => actions.dial({ follow_up: task.id })}>
            {t("follow_ups.dial")}
          </Button>
          <Section>{t("follow_ups.close")}</Section>
          <Flex vertical gap={12}>
            <Radio.Group
              value={result}
              onChange={(event) => setTyped({ result: event.target.value, note })}
              options={RESULTS.map((value) => ({ value, label: t(`follow_ups.result_${value}`) }))}
            />
            <Input.TextArea
              aria-label={t("records.note")}
              placeholder={t("records.note")}
              autoSize={{ minRows: 2, maxRows: 8 }}
              maxLength={10_000}
              value={note}
              onChange={(event) => setTyped({ result, note: event.target.value })}
            />
            <Button
              type="primary"
              loading={act.isPending}
              onClick={() =>
                act.mutate(() => request("POST", `${path}/close`, { body: { result, note }, headers: match }), {
                  onSuccess: () => {
                    setTyped(null);
                    onClose();
                  },
                })
              }
            >
              {t("follow_ups.close")}
            </Button>
          </Flex>
        </>
      )}
      <HistoryList
        path={path}
        version={task.version}
        nameOf={(name) => (name === "owner" ? t("service.owner") : t("service.due"))}
      />
    </>
  );
}
