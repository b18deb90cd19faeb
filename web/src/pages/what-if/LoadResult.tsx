import { Table } from "antd";
import { useTranslation } from "react-i18next";
import type { LoadAnswer, Staffed } from "../../api";
import { told } from "./figures";

/** What a few agents more or fewer make of a load; the fewest who reach the goal stand out. */
export function LoadResult({ answer }: { answer: LoadAnswer }) {
  const { t } = useTranslation();
  const figure = (place: number, more: (row: Staffed) => string = () => "") => ({
    align: "right" as const,
    className: "number",
    render: (_: unknown, row: Staffed) => `${told(row.expected, t("what_if.seconds_unit"))[place]}${more(row)}`,
  });
  return (
    <>
      <p className="what-if-needs">{t("what_if.load_needs", { count: answer.needed })}</p>
      <Table<Staffed>
        size="small"
        rowKey="agents"
        pagination={false}
        dataSource={answer.staffed}
        rowClassName={({ agents }) => (agents === answer.needed ? "what-if-chosen" : "")}
        style={{ maxWidth: 720 }}
        columns={[
          { title: t("what_if.agents"), dataIndex: "agents", align: "right", className: "number" },
          { title: t("what_if.level"), ...figure(0, ({ margin }) => ` ± ${(margin * 100).toFixed(1)}`) },
          { title: t("what_if.wait"), ...figure(1) },
          { title: t("what_if.abandoned"), ...figure(2) },
          { title: t("what_if.occupancy"), ...figure(3) },
        ]}
      />
    </>
  );
}
