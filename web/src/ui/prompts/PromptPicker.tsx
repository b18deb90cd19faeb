import { PlusOutlined } from "@ant-design/icons";
import { Button, ConfigProvider, Flex, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { BASE } from "../../lib/http";
import { usePromptChoices } from "../choices";
import { NewPrompt } from "./NewPrompt";
import { Sound } from "./Sound";

interface Props {
  value?: string | null;
  onChange?: (id: string | null) => void;
  placeholder: string;
  /** Of the field, given by the form. */
  id?: string;
}

/** Chooses a prompt, lets it be heard, and makes a new one on the spot. */
export function PromptPicker({ value, onChange, placeholder, id }: Props) {
  const { t } = useTranslation();
  const isOff = ConfigProvider.useConfig().componentDisabled ?? false;
  const choices = usePromptChoices();
  const [isNew, setIsNew] = useState(false);
  const name = choices.find((one) => one.value === value)?.label;

  return (
    <Flex vertical gap={8}>
      <Flex gap={8}>
        <Select
          id={id}
          allowClear
          value={value ?? undefined}
          options={choices}
          placeholder={placeholder}
          showSearch={{ optionFilterProp: "label" }}
          onChange={(next?: string) => onChange?.(next ?? null)}
          style={{ flex: 1, minWidth: 0 }}
        />
        {!isOff && (
          <Button
            icon={<PlusOutlined />}
            aria-label={t("prompts.new")}
            title={t("prompts.new")}
            onClick={() => setIsNew(true)}
          />
        )}
      </Flex>
      {value && name && <Sound src={`${BASE}/prompts/${value}/sound`} name={name} width="100%" />}
      <NewPrompt open={isNew} onClose={() => setIsNew(false)} onMade={(prompt) => onChange?.(prompt.id)} />
    </Flex>
  );
}
