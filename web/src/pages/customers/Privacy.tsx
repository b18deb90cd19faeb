import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Descriptions, Flex, Form, Input, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PersonOut } from "../../api";
import { BASE, request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { CUSTOMERS, type Customer } from "./customers";

/** What a person may demand by law: all that is kept of him, as a file, and that it is erased. */
export function Privacy({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [erasing, setErasing] = useState(false);
  const [form] = Form.useForm<{ name: string }>();
  const { problem, show, clear } = useProblem(form);
  const path = `/customers/${customer.id}`;
  const { data: person } = useQuery({
    queryKey: [...CUSTOMERS, customer.id, "person"],
    queryFn: () => request<PersonOut>("GET", `${path}/person`),
  });
  const erase = useMutation({
    mutationFn: ({ name }: { name: string }) =>
      request("POST", `${path}/erase`, { body: { name, code: person?.code ?? "" } }),
    onMutate: clear,
    onSuccess: async () => {
      message.success(t("customers.erasing"));
      onClose();
      // he himself can be asked for no more
      await queries.invalidateQueries({
        queryKey: CUSTOMERS,
        predicate: ({ queryKey }) => queryKey[1] !== customer.id,
      });
    },
    onError: (error) => {
      show(problemFrom(error, 0));
      void queries.invalidateQueries({ queryKey: [...CUSTOMERS, customer.id, "person"] });
    },
  });
  if (!person) return null;
  const counts = Object.entries(person.counts).filter(([name, count]) => count > 0 && NAMED.includes(name));
  return (
    <Flex vertical gap={16}>
      <Descriptions
        size="small"
        bordered
        column={2}
        items={counts.map(([name, count]) => ({ key: name, label: t(`customers.about_${name}`), children: count }))}
      />
      <div>
        <Button href={`${BASE}${path}/person/file`} download>
          {t("customers.hand_over")}
        </Button>
        <Typography.Paragraph type="secondary" style={{ marginBlockStart: 4 }}>
          {t("customers.hand_over_help")}
        </Typography.Paragraph>
      </div>
      {!erasing ? (
        <div>
          <Button danger onClick={() => setErasing(true)}>
            {t("customers.erase")}
          </Button>
          <Typography.Paragraph type="secondary" style={{ marginBlockStart: 4 }}>
            {t("customers.erase_help")}
          </Typography.Paragraph>
        </div>
      ) : (
        <Form name="erase" form={form} layout="vertical" onFinish={(values) => erase.mutate(values)}>
          <ProblemNote problem={problem} />
          <Alert
            type="warning"
            showIcon
            style={{ marginBlockEnd: 16 }}
            title={t("customers.erase_sure", { name: customer.name })}
            description={t("customers.erase_help")}
          />
          <Form.Item name="name" label={t("customers.erase_name")} rules={[{ required: true }]}>
            <Input autoComplete="off" maxLength={80} />
          </Form.Item>
          <Flex gap={8}>
            <Button danger type="primary" htmlType="submit" loading={erase.isPending}>
              {t("customers.erase_do")}
            </Button>
            <Button onClick={() => setErasing(false)}>{t("act.cancel")}</Button>
          </Flex>
        </Form>
      )}
    </Flex>
  );
}

const NAMED = [
  "journeys",
  "recordings",
  "voicemails",
  "messages",
  "mails",
  "faxes",
  "records",
  "orders",
  "follow_ups",
  "memos",
  "changes",
];
