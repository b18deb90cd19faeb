import { useQuery } from "@tanstack/react-query";
import { Alert, DatePicker, Empty, Flex, Segmented, Select, Table } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { getSatisfaction } from "../../api";
import { useRows } from "../../lib/resource";
import type { Survey } from "../../lib/types";
import { dayBounds, daysOf, here } from "../../lib/zone";
import { useQueueChoices, useSurveyChoices } from "../../ui/choices";
import { PageFrame } from "../../ui/PageFrame";
import { useColumns } from "./columns";
import { BY, type By, type Row } from "./figures";

/** What callers answered: per agent, queue and day, each figure leading to its calls. */
export default function SatisfactionPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const surveys = useRows<Survey>("surveys").data ?? [];
  const month = dayBounds(here().subtract(29, "day"), here());
  const from = address.get("from") ?? month.from;
  const to = address.get("to") ?? month.to;
  const by = BY.find((one) => one === address.get("by")) ?? "agent";
  const survey = address.get("survey") ?? "";
  const queue = address.get("queue") ?? "";
  const question = Number(address.get("question") ?? 0);
  const change = (changes: Record<string, string>) =>
    setAddress(
      (now) => {
        const next = new URLSearchParams(now);
        for (const [name, value] of Object.entries(changes)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      },
      { replace: true },
    );

  const asked = { from, to, by, survey, queue, question };
  const { data, error, isPending } = useQuery({
    queryKey: ["satisfaction", asked],
    queryFn: async () => (await getSatisfaction({ query: asked, throwOnError: true })).data,
  });
  const columns = useColumns(asked, data?.total);
  const questions = surveys.find(({ id }) => id === survey)?.form.questions ?? [];

  return (
    <PageFrame title={t("satisfaction.title")} lead={t("satisfaction.lead")}>
      <Flex gap={8} wrap style={{ marginBlockEnd: 12 }}>
        <DatePicker.RangePicker
          allowClear={false}
          value={daysOf(from, to)}
          onChange={(range) => range?.[0] && range[1] && change(dayBounds(range[0], range[1]))}
        />
        <Segmented<By>
          value={by}
          options={BY.map((value) => ({ value, label: t(`satisfaction.by_${value}`) }))}
          onChange={(value) => change({ by: value })}
        />
        <Chosen
          name="survey"
          value={survey}
          options={useSurveyChoices()}
          onChange={(id) => change({ survey: id, question: "" })}
        />
        <Chosen name="queue" value={queue} options={useQueueChoices()} onChange={(id) => change({ queue: id })} />
        {questions.length > 1 && (
          <Select
            aria-label={t("satisfaction.question")}
            value={question}
            options={questions.map(({ label }, value) => ({ value, label }))}
            onChange={(value) => change({ question: value ? String(value) : "" })}
            style={{ minWidth: 160 }}
          />
        )}
      </Flex>
      {error && <Alert type="error" showIcon title={error.message} style={{ marginBlockEnd: 12 }} />}
      <Table<Row>
        size="small"
        rowKey={(row) => row.id ?? "-"}
        columns={columns}
        dataSource={data?.rows ?? []}
        loading={isPending}
        pagination={false}
        scroll={{ x: "max-content" }}
        locale={{
          emptyText: isPending ? (
            " "
          ) : (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("satisfaction.empty")} />
          ),
        }}
        {...(data && data.rows.length > 0
          ? {
              summary: () => (
                <Table.Summary.Row>
                  {columns.map((column, place) => (
                    <Table.Summary.Cell key={column.key} index={place} align={column.align ?? "left"}>
                      {column.total}
                    </Table.Summary.Cell>
                  ))}
                </Table.Summary.Row>
              ),
            }
          : {})}
      />
      <p style={{ opacity: 0.75 }}>{t("satisfaction.formula")}</p>
    </PageFrame>
  );
}

interface ChosenProps {
  name: "survey" | "queue";
  value: string;
  options: { value: string; label: string }[];
  onChange: (id: string) => void;
}

function Chosen({ name, value, options, onChange }: ChosenProps) {
  const { t } = useTranslation();
  return (
    <Select
      allowClear
      aria-label={t(`satisfaction.${name}`)}
      placeholder={t(`satisfaction.every_${name}`)}
      value={value || null}
      options={options}
      onChange={(id: string | null | undefined) => onChange(id ?? "")}
      style={{ minWidth: 160 }}
    />
  );
}
