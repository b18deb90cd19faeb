import { Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { dayBounds, here } from "../../lib/zone";
import { alarmKey } from "../../live/reduce";
import { useLive } from "../../live/store";
import type { AlarmView, QueueView } from "../../live/types";
import { Since } from "../../phone/Timer";
import { Dash } from "../../ui/fields";
import { Alarming } from "./Alarms";
import { answerRate, percent, serviceLevel } from "./figures";

/** Each queue: who waits, who is free for it, and its day so far; every number opens its calls. */
export function QueueTable({ queues }: { queues: QueueView[] }) {
  const { t } = useTranslation();
  const alarms = useLive((live) => live.alarms);
  const alarming = (queue: QueueView, kind: AlarmView["kind"], figure: React.ReactNode) => (
    <Alarming on={alarmKey({ queue: queue.id, kind }) in alarms}>{figure}</Alarming>
  );
  const callsOf = (queue: QueueView, outcome?: string) => {
    const { from, to } = dayBounds(here(), here());
    const filters = new URLSearchParams({ from, to, queue: queue.id, ...(outcome ? { outcome } : {}) });
    return `/calls?${filters}`;
  };
  const number = (render: (queue: QueueView) => React.ReactNode) => ({
    align: "right" as const,
    className: "number",
    render: (_: unknown, queue: QueueView) => render(queue),
  });
  return (
    <section aria-label={t("wall.queues")}>
      <h2>{t("wall.queues")}</h2>
      <Table<QueueView>
        size="middle"
        rowKey="id"
        pagination={false}
        dataSource={[...queues].sort((a, b) => b.waiting - a.waiting || a.name.localeCompare(b.name))}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: t("wall.no_queues") }}
        columns={[
          { title: t("wall.queue"), dataIndex: "name" },
          {
            title: t("wall.waiting"),
            ...number((queue) =>
              alarming(
                queue,
                "waiting",
                <strong
                  className={
                    queue.waiting > 0 && !(alarmKey({ queue: queue.id, kind: "waiting" }) in alarms) ? "wall-some" : ""
                  }
                >
                  {queue.waiting}
                </strong>,
              ),
            ),
          },
          {
            title: t("wall.longest"),
            ...number((queue) =>
              alarming(queue, "longest", queue.longest_since ? <Since at={queue.longest_since} /> : <Dash />),
            ),
          },
          { title: t("wall.ready"), ...number((queue) => `${queue.agents_ready} / ${queue.agents_signed_in}`) },
          {
            title: t("wall.offered"),
            ...number((queue) => <Link to={callsOf(queue)}>{queue.today.offered}</Link>),
          },
          {
            title: t("wall.answered"),
            ...number((queue) => <Link to={callsOf(queue, "answered")}>{queue.today.answered}</Link>),
          },
          {
            title: t("wall.missed"),
            ...number((queue) => (
              <Link to={callsOf(queue, "missed")}>{queue.today.abandoned + queue.today.flowed_out}</Link>
            )),
          },
          { title: t("wall.answer_rate"), ...number((queue) => percent(answerRate(queue.today))) },
          {
            title: t("wall.service_level"),
            ...number((queue) => alarming(queue, "level", percent(serviceLevel(queue.today)))),
          },
        ]}
      />
    </section>
  );
}
