import { CloseOutlined, PlusOutlined, VerticalAlignTopOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Flex, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { shownNumber, whenceText } from "../../lib/numbers";
import { type Customer, type CustomerForm, PHONE_LABELS, type PhoneForm } from "./customers";
import { PhoneButtons } from "./PhoneButtons";

/** A customer's phones and what each is; the first is dialled first. */
export function PhoneRows({ customer, locked }: { customer: Customer | null; locked: boolean }) {
  const { t, i18n } = useTranslation();
  const form = Form.useFormInstance<CustomerForm>();
  const typed: (PhoneForm | undefined)[] = Form.useWatch("phones", { form, preserve: true }) ?? []; // with their ids, which have no input
  const words = Object.fromEntries(PHONE_LABELS.map((label) => [label, t(`customers.label_${label}`)]));
  const labelOf = (word: string | null) =>
    PHONE_LABELS.find((label) => words[label] === word?.trim()) ?? word?.slice(0, 20) ?? "";
  const known = (place: number) =>
    customer?.phone_list.find(
      ({ id, number }) => id === typed[place]?.id && shownNumber(number) === typed[place]?.number,
    );

  return (
    <Form.Item label={t("customers.phones")}>
      <Form.List name="phones">
        {(rows, { add, remove, move }, { errors }) => (
          <Flex vertical gap={8} align="start">
            {rows.map(({ key, name }) => {
              const phone = known(name);
              return (
                <Flex key={key} gap={8} align="start" style={{ width: "100%" }}>
                  <Form.Item
                    name={[name, "number"]}
                    extra={whenceText(phone?.whence, i18n.language) || undefined}
                    style={{ flex: 1, margin: 0 }}
                  >
                    <Input
                      aria-label={t("customers.phone_n", { number: name + 1 })}
                      placeholder={t("customers.phone")}
                      maxLength={32}
                      inputMode="tel"
                      className="number"
                    />
                  </Form.Item>
                  <Form.Item
                    name={[name, "label"]}
                    style={{ width: 120, margin: 0 }}
                    getValueProps={(value: string) => ({ value: words[value] ?? value })}
                    normalize={labelOf}
                  >
                    <AutoComplete
                      aria-label={t("customers.label_n", { number: name + 1 })}
                      placeholder={t("customers.label")}
                      options={Object.values(words).map((value) => ({ value }))}
                    />
                  </Form.Item>
                  <Flex style={{ width: 56 }}>
                    {customer && phone && <PhoneButtons customer={customer} phone={phone} />}
                  </Flex>
                  {!locked && (
                    <Flex style={{ width: 56 }} justify="end">
                      {name > 0 && (
                        <Button
                          type="text"
                          size="small"
                          icon={<VerticalAlignTopOutlined />}
                          aria-label={t("customers.phone_first", { number: name + 1 })}
                          title={t("customers.phone_first", { number: name + 1 })}
                          onClick={() => move(name, 0)}
                        />
                      )}
                      <Button
                        type="text"
                        size="small"
                        icon={<CloseOutlined />}
                        aria-label={t("customers.phone_remove", { number: name + 1 })}
                        title={t("customers.phone_remove", { number: name + 1 })}
                        onClick={() => remove(name)}
                      />
                    </Flex>
                  )}
                </Flex>
              );
            })}
            <Form.ErrorList errors={errors} />
            {!locked && rows.length < 20 && (
              <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => add({ number: "", label: "" })}>
                {t("customers.add_phone")}
              </Button>
            )}
          </Flex>
        )}
      </Form.List>
    </Form.Item>
  );
}
