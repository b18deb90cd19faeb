import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Form, Typography } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Conditions, countCustomers } from "../../api";
import { problemFrom } from "../../lib/problem";
import { conditionsBody, queryOf } from "./facts";

const TYPED_MS = 400;

/** How many customers fit what is asked in the form around it, while it is being filled in. */
export function Matching() {
  const { t } = useTranslation();
  const typed: Conditions | undefined = Form.useWatch("conditions");
  const asked = JSON.stringify(queryOf(conditionsBody(typed)));
  const [settled, setSettled] = useState(asked);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(asked), TYPED_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  const { data, error } = useQuery({
    queryKey: ["customers", "matching", settled],
    queryFn: async () => (await countCustomers({ query: JSON.parse(settled), throwOnError: true })).data,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (error) return <Typography.Text type="danger">{problemFrom(error, 0).message}</Typography.Text>;
  if (!data) return null;
  return (
    <Typography.Text type="secondary" role="status">
      {data.more ? t("conditions.match_more", { number: data.count }) : t("conditions.match", { count: data.count })}
    </Typography.Text>
  );
}
