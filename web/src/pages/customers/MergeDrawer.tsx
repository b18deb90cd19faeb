import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Flex, Radio, Table, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../lib/http";
import { type Problem, problemFrom } from "../../lib/problem";
import { dateTimeText } from "../../phone/time";
import { ProblemNote } from "../../ui/ProblemNote";
import { SideDrawer } from "../../ui/SideDrawer";
import { CUSTOMERS, type Customer, type CustomerField } from "./customers";
import { type Choice, choicesOf } from "./merging";
import { useWords } from "./words";

interface Props {
  customers: Customer[];
  fields: CustomerField[];
  onClose: () => void;
  onDone: () => void;
}

/** Several customers made one: who stays, and whose value where they differ. */
export function MergeDrawer({ customers, fields, onClose, onDone }: Props) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { nameOf, wordsOf } = useWords(fields);
  const [kept, setKept] = useState(customers[0]?.id ?? "");
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const stays = customers.find(({ id }) => id === kept);
  const merge = useMutation({
    mutationFn: () =>
      request("POST", `/customers/${kept}/merge`, {
        body: { others: customers.map(({ id }) => id).filter((id) => id !== kept), chosen },
        headers: { "If-Match": `"${stays?.version}"` },
      }),
    onMutate: () => setProblem(null),
    onSuccess: async () => {
      message.success(t("customers.merged"));
      await queries.invalidateQueries({ queryKey: CUSTOMERS });
      onDone();
    },
    onError: (error) => setProblem(problemFrom(error, 0)),
  });
  const title = t("customers.merge_title", { count: customers.length });
  const usual = ({ told }: Choice) => (told[kept] ? kept : (customers.find(({ id }) => told[id])?.id ?? kept));
  return (
    <SideDrawer
      open
      size={Math.min(980, 260 + 240 * customers.length)}
      title={title}
      aria-label={title}
      onClose={onClose}
      footer={
        <Flex gap={8}>
          <Button type="primary" loading={merge.isPending} onClick={() => merge.mutate()}>
            {t("customers.merge")}
          </Button>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
        </Flex>
      }
    >
      <ProblemNote problem={problem} />
      <Typography.Paragraph type="secondary">{t("customers.merge_help")}</Typography.Paragraph>
      <Table<Choice>
        rowKey="name"
        size="small"
        pagination={false}
        scroll={{ x: "max-content" }}
        dataSource={choicesOf(customers, fields)}
        columns={[
          { title: "", width: 110, render: (_, { name }) => nameOf(name) },
          ...customers.map((one) => ({
            key: one.id,
            title: (
              <Radio checked={kept === one.id} onChange={() => setKept(one.id)}>
                {one.name}{" "}
                <Typography.Text type="secondary">{dateTimeText(one.created_at, i18n.language)}</Typography.Text>
              </Radio>
            ),
            render: (_: unknown, choice: Choice) => {
              const words = wordsOf(choice.name, choice.told[one.id]);
              return choice.all || !choice.told[one.id] ? (
                words
              ) : (
                <Radio
                  checked={(chosen[choice.name] ?? usual(choice)) === one.id}
                  onChange={() => setChosen({ ...chosen, [choice.name]: one.id })}
                >
                  {words}
                </Radio>
              );
            },
          })),
        ]}
      />
    </SideDrawer>
  );
}
