import { Alert, Empty, InputNumber, Table } from "antd";
import { useTranslation } from "react-i18next";
import type { DayAnswer, Expected, HalfHour } from "../../api";
import { here } from "../../lib/zone";
import { told } from "./figures";
import { HalfHourChart } from "./HalfHourChart";

interface Props {
  answer: DayAnswer;
  changed: ReadonlyMap<number, number>;
  onChange: (halfHour: number, agents: number) => void;
}

const MOST_STAFF = 500;
const FIGURES = ["level", "wait", "abandoned", "occupancy"] as const;

/** A day as it was, as it would be with another staffing, and with as many agents as it needs. */
export function DayResult({ answer, changed, onChange }: Props) {
  const { t } = useTranslation();
  if (answer.half_hours.length === 0) {
    const why = answer.calls === 0 ? "what_if.no_calls" : "what_if.no_answered";
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t(why, { count: answer.calls })} />;
  }
  const number = (render: (row: HalfHour) => React.ReactNode) => ({
    align: "right" as const,
    className: "number",
    render: (_: unknown, row: HalfHour) => render(row),
  });
  const figures = (of: (row: HalfHour) => Expected | null | undefined, names: (typeof FIGURES)[number][]) =>
    names.map((name) => ({
      title: t(`what_if.${name}`),
      key: name,
      ...number((row) => told(of(row), t("what_if.seconds_unit"))[FIGURES.indexOf(name)]),
    }));
  return (
    <>
      <Summary answer={answer} />
      <h2 className="what-if-heading">{t("what_if.chart")}</h2>
      <HalfHourChart rows={answer.half_hours} />
      {answer.half_hours.some(({ reachable }) => !reachable) && (
        <Alert type="warning" showIcon title={t("what_if.unreachable")} style={{ marginBlockEnd: 16 }} />
      )}
      <Table<HalfHour>
        size="small"
        rowKey="number"
        pagination={false}
        bordered
        scroll={{ x: "max-content" }}
        dataSource={answer.half_hours}
        columns={[
          { title: t("what_if.time"), render: (_, { at }) => <time dateTime={at}>{here(at).format("HH:mm")}</time> },
          { title: t("what_if.calls"), ...number(({ calls }) => calls) },
          {
            title: t("what_if.as_it_was"),
            children: [
              { title: t("what_if.present"), ...number(({ present }) => present.toFixed(1)) },
              ...figures(({ was }) => was, ["level", "abandoned"]),
            ],
          },
          {
            title: t("what_if.as_asked"),
            children: [
              {
                title: t("what_if.agents"),
                ...number((row) => (
                  <InputNumber
                    size="small"
                    aria-label={t("what_if.staff_at", { time: here(row.at).format("HH:mm") })}
                    min={0}
                    max={MOST_STAFF}
                    precision={0}
                    value={changed.get(row.number) ?? row.staff}
                    onChange={(agents) => agents !== null && onChange(row.number, agents)}
                    style={{ width: 72 }}
                  />
                )),
              },
              ...figures(({ with_staff }) => with_staff, [...FIGURES]),
            ],
          },
          {
            title: t("what_if.as_needed"),
            children: [
              {
                title: t("what_if.needed"),
                ...number(({ needed, reachable }) => (
                  <strong>
                    {needed}
                    {!reachable && " *"}
                  </strong>
                )),
              },
              ...figures(({ with_needed }) => with_needed, ["level", "wait", "occupancy"]),
            ],
          },
        ]}
      />
    </>
  );
}

function Summary({ answer }: { answer: DayAnswer }) {
  const { t } = useTranslation();
  const rows: [string, Expected | null | undefined][] = [
    ["as_it_was", answer.was],
    ["as_asked", answer.with_staff],
    ["as_needed", answer.with_needed],
  ];
  return (
    <>
      <p>{t("what_if.summary", { ...answer, handling: Math.round(answer.handling) })}</p>
      <dl className="what-if-summary">
        {rows.map(([name, expected]) => {
          const [level, wait, abandoned, occupancy] = told(expected, t("what_if.seconds_unit"));
          return (
            <div key={name}>
              <dt>
                {t(`what_if.${name}`)} · {t("what_if.level")}
              </dt>
              <dd className="number">
                <strong>{level}</strong>
                <span>{t("what_if.rest", { wait, abandoned, occupancy })}</span>
              </dd>
            </div>
          );
        })}
      </dl>
    </>
  );
}
