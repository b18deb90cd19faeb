import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Form, Input } from "antd";
import { useTranslation } from "react-i18next";

interface Props {
  list: string | string[];
  name: string;
  value: string;
  secret?: boolean;
  /** What the button says under the rows. */
  add?: string;
  /** Examples of a name and a value. */
  hints?: [string, string];
}

/** Rows of a name and a value; a stored secret shows as dots that stand for it. */
export function Pairs({ list, name, value, secret = false, add, hints }: Props) {
  const { t } = useTranslation();
  const [nameHint, valueHint] = hints ?? (secret ? ["token", ""] : ["Authorization", "Bearer {{secret.token}}"]);
  return (
    <Form.List name={list}>
      {(rows, { add: addRow, remove }, { errors }) => (
        <Flex vertical gap={4} align="start" style={{ marginBlockEnd: 16 }}>
          {rows.map((row) => (
            <Flex key={row.key} gap={8} align="start" style={{ width: "100%" }}>
              <Form.Item name={[row.name, "name"]} rules={[{ required: true }]} style={{ flex: 2, margin: 0 }}>
                <Input
                  aria-label={`${name} ${row.name + 1}`}
                  placeholder={nameHint}
                  maxLength={secret ? 40 : 80}
                  spellCheck={false}
                />
              </Form.Item>
              <Form.Item name={[row.name, "value"]} style={{ flex: 3, margin: 0 }}>
                {secret ? (
                  <Input.Password
                    aria-label={`${value} ${row.name + 1}`}
                    placeholder={t("connections.secret_kept")}
                    maxLength={4000}
                    autoComplete="new-password"
                  />
                ) : (
                  <Input
                    aria-label={`${value} ${row.name + 1}`}
                    placeholder={valueHint}
                    maxLength={1000}
                    spellCheck={false}
                  />
                )}
              </Form.Item>
              <Button
                type="text"
                icon={<CloseOutlined />}
                aria-label={`${t("act.remove")} ${name} ${row.name + 1}`}
                onClick={() => remove(row.name)}
              />
            </Flex>
          ))}
          <Form.ErrorList errors={errors} />
          <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => addRow({ name: "", value: "" })}>
            {add ?? t("connections.add_secrets")}
          </Button>
        </Flex>
      )}
    </Form.List>
  );
}
