import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Form, InputNumber, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import type { ProductOut } from "../../api";
import { useRows } from "../../lib/resource";
import { yuan } from "../../lib/service";
import { type LineForm, lineTotal } from "./orders";

const FLAT = { marginBlockEnd: 8 };

/** Which products, how many of each, for how much. */
export function OrderLines({ sold }: { sold: { product: string; name: string }[] }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const lines: LineForm[] = Form.useWatch("lines", form) ?? [];
  const { data: products = [] } = useRows<ProductOut>("products");
  const known = new Map(products.filter(({ active }) => active).map(({ id, name, code }) => [id, `${name} ${code}`]));
  for (const { product, name } of sold) if (!known.has(product)) known.set(product, name);
  const choose = (place: number, id: string) => {
    const product = products.find((one) => one.id === id);
    if (product) form.setFieldValue(["lines", place, "price"], product.price / 100);
  };
  return (
    <Form.List name="lines">
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name }) => (
            <Flex key={key} gap={8} align="start">
              <Form.Item
                name={[name, "product"]}
                rules={[{ required: true }]}
                style={{ ...FLAT, flex: 1, minWidth: 0 }}
              >
                <Select
                  aria-label={t("orders.product")}
                  placeholder={t("orders.product")}
                  showSearch={{ optionFilterProp: "label" }}
                  options={[...known].map(([value, label]) => ({ value, label }))}
                  onChange={(id: string) => choose(name, id)}
                />
              </Form.Item>
              <Form.Item name={[name, "quantity"]} rules={[{ required: true }]} style={{ ...FLAT, width: 84 }}>
                <InputNumber
                  aria-label={t("orders.quantity")}
                  min={0.001}
                  precision={3}
                  style={{ width: "100%" }}
                  formatter={(value) => (value === undefined ? "" : String(Number(value)))}
                />
              </Form.Item>
              <Form.Item name={[name, "price"]} style={{ ...FLAT, width: 104 }}>
                <InputNumber
                  aria-label={t("orders.price")}
                  placeholder={t("orders.price")}
                  min={0}
                  precision={2}
                  style={{ width: "100%" }}
                />
              </Form.Item>
              <Form.Item name={[name, "discount"]} style={{ ...FLAT, width: 96 }}>
                <InputNumber
                  aria-label={t("orders.discount")}
                  placeholder={t("orders.discount")}
                  min={0}
                  precision={2}
                  style={{ width: "100%" }}
                />
              </Form.Item>
              <Typography.Text className="number" style={{ width: 84, textAlign: "right", lineHeight: "32px" }}>
                {lines[name] ? yuan(lineTotal(lines[name])) : ""}
              </Typography.Text>
              <Button
                type="text"
                icon={<CloseOutlined />}
                aria-label={t("orders.remove_line", { number: name + 1 })}
                disabled={rows.length === 1}
                onClick={() => remove(name)}
              />
            </Flex>
          ))}
          <Flex justify="space-between" align="center" style={{ marginBlockEnd: 16 }}>
            <Button
              type="dashed"
              icon={<PlusOutlined />}
              onClick={() => add({ product: null, quantity: 1, price: null, discount: null })}
            >
              {t("orders.add_line")}
            </Button>
            <Typography.Text strong className="number">
              {t("orders.total")} ¥{yuan(lines.reduce((sum, line) => sum + (line ? lineTotal(line) : 0), 0))}
            </Typography.Text>
          </Flex>
        </>
      )}
    </Form.List>
  );
}
