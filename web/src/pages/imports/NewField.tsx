import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { createCustomerField, type FieldType } from "../../api";
import { problemFrom } from "../../lib/problem";
import { IMPORTS } from "./imports";

const TYPES: FieldType[] = ["line", "text", "number", "datetime", "yes_no", "phone", "email"]; // those without options
const LONGEST = 80; // characters of a field's name

/** A column that nothing fits becomes a field of its own, called like it; `onMade`: what the column is then. */
export function NewField({ head, onMade }: { head: string; onMade: (target: string) => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: async (type: FieldType) => {
      const body = { label: head.slice(0, LONGEST), type };
      return (await createCustomerField({ body, throwOnError: true })).data;
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: [...IMPORTS, "targets"] });
      await queries.invalidateQueries({ queryKey: ["customer-fields"] });
      onMade(`values.${id}`);
    },
    onError: (refusal) => message.error(problemFrom(refusal, 0).message || t("problem.unreachable")),
  });
  const items = TYPES.map((type) => ({ key: type, label: t(`own_field.type_${type}`) }));
  return (
    <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => make.mutate(key as FieldType) }}>
      <Button
        type="dashed"
        icon={<PlusOutlined />}
        loading={make.isPending}
        aria-label={t("imports.new_field_of", { head })}
      >
        {t("imports.new_field")}
      </Button>
    </Dropdown>
  );
}
