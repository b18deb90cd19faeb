import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Checkbox, Flex, Input, Segmented, Select, Table } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { listSystemPrompts, putSystemPrompt } from "../../api";
import { BASE } from "../../lib/http";
import { type Problem, problemFrom } from "../../lib/problem";
import { useIsAdmin } from "../../lib/session";
import { usePromptChoices } from "../../ui/choices";
import { Sound } from "../../ui/prompts/Sound";
import { LANGUAGES } from "./LanguageSound";

/** What the system says by itself: read, heard, and said by a prompt of the company's own instead. */
export function SystemPrompts() {
  const { t, i18n } = useTranslation();
  const isAdmin = useIsAdmin();
  const queries = useQueryClient();
  const own = usePromptChoices();
  const [language, setLanguage] = useState<"zh" | "en">(i18n.language === "en" ? "en" : "zh");
  const [wanted, setWanted] = useState("");
  const [parts, setParts] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { data, isPending } = useQuery({
    queryKey: ["prompts", "system"],
    queryFn: async () => (await listSystemPrompts({ throwOnError: true })).data.items,
  });
  const rows = useMemo(() => {
    const sought = wanted.trim().toLowerCase();
    return (data ?? [])
      .filter((one) => one[language] && (parts || !one.part))
      .filter((one) => `${one.zh} ${one.en} ${one.name}`.toLowerCase().includes(sought));
  }, [data, wanted, parts, language]);

  const replace = async (name: string, prompt: string | null) => {
    setProblem(null);
    try {
      await putSystemPrompt({ path: { name }, body: { prompt_id: prompt }, throwOnError: true });
      await queries.invalidateQueries({ queryKey: ["prompts", "system"] });
    } catch (error) {
      setProblem(problemFrom(error, 0));
    }
  };

  return (
    <>
      {problem && <Alert type="error" showIcon title={problem.message} style={{ marginBlockEnd: 12 }} />}
      <Flex gap={12} align="center" wrap style={{ marginBlockEnd: 12 }}>
        <Input.Search
          allowClear
          aria-label={t("table.search")}
          placeholder={t("table.search")}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          style={{ width: 264 }}
        />
        <Segmented<"zh" | "en"> value={language} onChange={setLanguage} options={[...LANGUAGES]} />
        <Checkbox checked={parts} onChange={(event) => setParts(event.target.checked)}>
          {t("prompts.parts")}
        </Checkbox>
      </Flex>
      <Table
        rowKey="name"
        size="small"
        dataSource={rows}
        loading={isPending}
        scroll={{ x: "max-content" }}
        pagination={rows.length > 50 ? { pageSize: 50, showSizeChanger: false, size: "small" } : false}
        columns={[
          { title: t("prompts.text"), dataIndex: language, width: 420 },
          {
            title: t("prompts.play"),
            width: 288,
            render: (_, { name, ...one }) => (
              <Sound
                key={language}
                src={`${BASE}/system-prompts/${name}/sound?language=${language}`}
                name={one[language]}
              />
            ),
          },
          {
            title: t("prompts.instead"),
            width: 240,
            render: (_, { name, prompt_id, ...one }) => (
              <Select
                allowClear
                disabled={!isAdmin}
                aria-label={`${t("prompts.instead")}: ${one[language]}`}
                placeholder={t("prompts.as_it_is")}
                value={prompt_id ?? undefined}
                options={own}
                showSearch={{ optionFilterProp: "label" }}
                onChange={(next?: string) => void replace(name, next ?? null)}
                style={{ width: 224 }}
              />
            ),
          },
        ]}
      />
    </>
  );
}
