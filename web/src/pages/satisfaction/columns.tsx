import { Flex, type TableColumnType } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Asked, type Count, callsBehind, percent, type Row, type Why } from "./figures";

interface Column extends TableColumnType<Row> {
  key: string;
  total: ReactNode;
}

/** Counts lead to their calls; shares stand beside them. */
export function useColumns(asked: Asked, total: Row | undefined): Column[] {
  const { t } = useTranslation();

  const count = (name: Count, why?: Why): Column => {
    const figure = why ?? name;
    const cell = (row: Row, of: Row | null) => {
      const share = name === "asked" || name === "answered" || !row.answered ? null : row[figure] / row.answered;
      return (
        <Flex justify="end" gap={6}>
          {row[figure] > 0 ? <Link to={callsBehind(asked, of, name, why)}>{row[figure]}</Link> : 0}
          {share !== null && <span style={{ opacity: 0.75 }}>{percent(share)}</span>}
        </Flex>
      );
    };
    return {
      key: figure,
      title: t(`satisfaction.${figure}`),
      align: "right",
      sorter: (a, b) => a[figure] - b[figure],
      render: (_, row) => cell(row, row),
      total: total && cell(total, null),
    };
  };
  const share = (name: "response_rate" | "satisfaction"): Column => ({
    key: name,
    title: t(`satisfaction.${name}`),
    align: "right",
    sorter: (a, b) => (a[name] ?? -1) - (b[name] ?? -1),
    render: (_, row) => percent(row[name]),
    total: percent(total?.[name] ?? null),
  });

  return [
    {
      key: "name",
      title: t(`satisfaction.by_${asked.by}`),
      render: (_, row) => row.name ?? t(row.id ? "satisfaction.gone" : `satisfaction.no_${asked.by}`),
      total: t("satisfaction.total"),
    },
    count("asked"),
    count("answered"),
    share("response_rate"),
    share("satisfaction"),
    count("very_satisfied"),
    count("satisfied"),
    count("unsatisfied"),
    count("unsatisfied", "service"),
    count("unsatisfied", "attitude"),
    count("unsatisfied", "other"),
  ];
}
