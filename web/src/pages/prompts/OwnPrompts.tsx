import { PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Tag } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { BASE } from "../../lib/http";
import type { Prompt } from "../../lib/types";
import { Dash, NameField, nameColumn, Side } from "../../ui/fields";
import { clock } from "../../ui/prompts/audio";
import { FolderField, NewPrompt } from "../../ui/prompts/NewPrompt";
import { Sound } from "../../ui/prompts/Sound";
import { ResourcePage } from "../../ui/ResourcePage";
import { LANGUAGES, LanguageSound } from "./LanguageSound";
import { Uses } from "./Uses";

const words = ({ name, folder, sounds }: Prompt) => [
  name,
  folder,
  ...Object.values(sounds).flatMap(({ text, source }) => [text, source]),
];

export function OwnPrompts({ tabs }: { tabs: ReactNode }) {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const [isNew, setIsNew] = useState(false);
  const folder = address.get("folder");

  return (
    <>
      <ResourcePage<Prompt, { name: string; folder: string }>
        kind="prompts"
        texts="prompts"
        words={words}
        blank={() => ({ name: "", folder: "" })}
        width={600}
        made="elsewhere"
        aside={tabs}
        enrich={(rows) => (folder === null ? rows : rows.filter((row) => row.folder === folder))}
        actions={
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setIsNew(true)}>
            {t("prompts.new")}
          </Button>
        }
        columns={[
          { ...nameColumn(t("prompts.name")), defaultSortOrder: "ascend" },
          {
            title: t("prompts.folder"),
            dataIndex: "folder",
            sorter: (a, b) => a.folder.localeCompare(b.folder),
            render: (name: string) =>
              name ? (
                <Tag
                  closable={folder === name}
                  onClose={(event) => {
                    event.stopPropagation();
                    setAddress({});
                  }}
                  onClick={(event) => {
                    event.stopPropagation();
                    setAddress({ folder: name });
                  }}
                  style={{ cursor: "pointer" }}
                >
                  {name}
                </Tag>
              ) : (
                <Dash />
              ),
          },
          {
            title: t("prompts.language"),
            render: (_, row) => (
              <Flex gap={4}>
                {LANGUAGES.filter(({ value }) => row.sounds[value]).map(({ value, label }) => (
                  <Tag key={value}>{label}</Tag>
                ))}
              </Flex>
            ),
          },
          {
            title: t("prompts.origin"),
            render: (_, row) =>
              [...new Set(Object.values(row.sounds).map((one) => one.origin))]
                .map((origin) => t(`prompts.origin_${origin}`))
                .join(" · "),
          },
          { title: t("prompts.seconds"), align: "right", width: 88, render: (_, row) => clock(row.seconds) },
          {
            title: t("prompts.play"),
            width: 288,
            render: (_, row) => (
              <Sound key={row.version} src={`${BASE}/prompts/${row.id}/sound?of=${row.version}`} name={row.name} />
            ),
          },
        ]}
        fields={() => (
          <Side>
            <NameField label={t("prompts.name")} />
            <FolderField />
          </Side>
        )}
        below={(row) => (
          <Flex vertical gap={16}>
            {LANGUAGES.map(({ value }) => (
              <LanguageSound key={value} prompt={row} language={value} />
            ))}
            <Uses prompt={row.id} />
          </Flex>
        )}
      />
      <NewPrompt open={isNew} onClose={() => setIsNew(false)} />
    </>
  );
}
