import type { TableColumnType } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { yuan } from "../../lib/service";
import { dateTimeText } from "../../phone/time";
import { Dash } from "../../ui/fields";
import { useStageOptions, useTierOptions } from "../customers/words";
import { percent } from "../satisfaction/figures";
import {
  type Asked,
  customersBehind,
  type Key,
  keyOf,
  movedBehind,
  quietBehind,
  type Row,
  recordsBehind,
  type Total,
} from "./figures";

interface Column extends TableColumnType<Row> {
  key: string;
  total?: ReactNode;
}

interface Group {
  key: string;
  title: ReactNode;
  children: Column[];
}

type Figure =
  | "customers"
  | "came"
  | "went"
  | "orders"
  | "calls_in"
  | "calls_out"
  | "survey_answered"
  | "unsatisfied"
  | "quiet";

/** Every figure leads to the customers, orders or calls that it counts. */
export function useColumns(asked: Asked, total: Total | undefined): (Column | Group)[] {
  const { t, i18n } = useTranslation();
  const { by } = asked;
  const [tiers, stages] = [useTierOptions(), useStageOptions()];
  const named = (row: Row) =>
    by === "tier"
      ? tiers.find(({ value }) => value === row.tier)?.label
      : stages.find(({ value }) => value === row.stage)?.label;

  const column = (
    key: string,
    title: string,
    cell: (one: Total, key: Key) => ReactNode,
    sort: keyof Total,
  ): Column => ({
    key,
    title,
    align: "right",
    className: "number",
    sorter: (a, b) => Number(a[sort] ?? -1) - Number(b[sort] ?? -1),
    render: (_, row) => cell(row, keyOf(row, by)),
    total: total && cell(total, null),
  });
  const linked = (name: Figure, to: (key: Key) => string, beside?: (one: Total) => ReactNode): Column =>
    column(
      name,
      t(`customer_value.${name}`),
      (one, key) => (
        <span style={{ whiteSpace: "nowrap" }}>
          {one[name] > 0 ? <Link to={to(key)}>{one[name].toLocaleString("en-US")}</Link> : 0}
          {beside && <span style={{ opacity: 0.75, marginInlineStart: 6 }}>{beside(one)}</span>}
        </span>
      ),
      name,
    );
  const answered = (direction: "in" | "out"): Column => {
    const [calls, name] = [`calls_${direction}`, `answered_${direction}`] as const;
    const asks = { direction: `${direction}bound`, outcome: "answered" };
    return column(
      name,
      t("customer_value.answered"),
      (one, key) =>
        one[calls as keyof Total] ? (
          <Link to={recordsBehind("/calls", asked, key, asks)}>
            {percent(Number(one[name as keyof Total]) / Number(one[calls as keyof Total]))}
          </Link>
        ) : (
          <Dash />
        ),
      name as keyof Total,
    );
  };

  return [
    {
      key: "name",
      title: t(`customers.${by}`),
      fixed: "left",
      render: (_, row) => named(row),
      total: t("customer_value.total"),
    },
    {
      key: "group_customers",
      title: t("customers.title"),
      children: [
        linked(
          "customers",
          (key) => customersBehind(asked, key),
          (one) => percent(one.share),
        ),
        linked("came", (key) => movedBehind(asked, key, "came")),
        linked("went", (key) => movedBehind(asked, key, "went")),
        linked("quiet", (key) => quietBehind(asked, key)),
      ],
    },
    {
      key: "group_orders",
      title: t("orders.title"),
      children: [
        linked("orders", (key) => recordsBehind("/orders", asked, key)),
        column("order_total", t("customer_value.order_total"), (one) => `¥${yuan(one.order_total)}`, "order_total"),
      ],
    },
    {
      key: "group_calls",
      title: t("customers.calls"),
      children: [
        linked("calls_in", (key) => recordsBehind("/calls", asked, key, { direction: "inbound" })),
        answered("in"),
        linked("calls_out", (key) => recordsBehind("/calls", asked, key, { direction: "outbound" })),
        answered("out"),
        {
          key: "last_contact",
          title: t("customer_value.last_contact"),
          render: (_, row) =>
            row.last_contact ? (
              <Link to={recordsBehind("/calls", asked, keyOf(row, by))} style={{ whiteSpace: "nowrap" }}>
                {dateTimeText(row.last_contact, i18n.language)}
              </Link>
            ) : (
              <Dash />
            ),
        },
      ],
    },
    {
      key: "group_satisfaction",
      title: t("customer_value.surveys"),
      children: [
        linked("survey_answered", (key) => recordsBehind("/calls", asked, key, { survey: "answered" })),
        column("satisfaction", t("satisfaction.satisfaction"), (one) => percent(one.satisfaction), "satisfaction"),
        linked("unsatisfied", (key) => recordsBehind("/calls", asked, key, { survey: "unsatisfied" })),
      ],
    },
  ];
}

/** The columns in a row, without the groups that they stand in. */
export const inOneRow = (columns: (Column | Group)[]): Column[] =>
  columns.flatMap((one) => ("children" in one ? one.children : [one]));
