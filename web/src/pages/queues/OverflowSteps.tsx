import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useQueueChoices } from "../../ui/choices";

/** After how long the agents of which further queues help; the caller keeps his place. */
export function OverflowSteps({ own }: { own: string | undefined }) {
  const { t } = useTranslation();
  const queues = useQueueChoices().filter(({ value }) => value !== own);
  return (
    <Form.Item label={t("queues.steps")} extra={t("queues.steps_help")}>
      <Form.List name="overflow_steps">
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => (
              <Flex key={key} gap={8} align="start">
                <Form.Item
                  name={[name, "after"]}
                  rules={[{ required: true }]}
                  style={{ width: 140, marginBlockEnd: 8 }}
                >
                  <InputNumber
                    min={1}
                    max={7200}
                    precision={0}
                    prefix={t("queues.step_after")}
                    suffix={t("unit.seconds")}
                    aria-label={t("queues.step_after")}
                    style={{ width: "100%" }}
                  />
                </Form.Item>
                <Form.Item
                  name={[name, "queue"]}
                  rules={[{ required: true }]}
                  style={{ flex: 1, minWidth: 0, marginBlockEnd: 8 }}
                >
                  <Select options={queues} placeholder={t("queues.step_queue")} aria-label={t("queues.step_queue")} />
                </Form.Item>
                <Button
                  type="text"
                  icon={<CloseOutlined />}
                  aria-label={t("queues.remove_step", { number: name + 1 })}
                  onClick={() => remove(name)}
                />
              </Flex>
            ))}
            <Button
              type="dashed"
              icon={<PlusOutlined />}
              disabled={queues.length === 0}
              onClick={() => add({ after: 60 * (rows.length + 1) })}
            >
              {t("queues.add_step")}
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}
