import { useQuery } from "@tanstack/react-query";
import { Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { listPromptUses } from "../../api";

/** Where a prompt is said; what is used cannot be deleted. */
export function Uses({ prompt }: { prompt: string }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["prompts", prompt, "uses"],
    queryFn: async () => (await listPromptUses({ path: { id: prompt }, throwOnError: true })).data.items,
  });
  if (!data) return null;
  return (
    <Flex gap={8} wrap align="center">
      <Typography.Text type="secondary">{t(data.length ? "prompts.used_in" : "prompts.not_used")}</Typography.Text>
      {data.map(({ kind, id, name }) => (
        <Tag key={`${kind} ${id}`}>
          {t(`prompts.use_${kind}`)} {name}
        </Tag>
      ))}
    </Flex>
  );
}
