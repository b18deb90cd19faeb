import { Alert, Button, Checkbox, Flex, Form, Radio, Select, Table, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { type Choices, type Import, RULES, useTargets } from "./imports";
import { NewField } from "./NewField";

interface Props {
  of: Import;
  choices: Choices;
  onChange: (choices: Choices) => void;
  onNext: (choices: Choices) => void;
}

const LEFT_OUT = "";
const column = (position: number): string =>
  (position >= 26 ? column(Math.floor(position / 26) - 1) : "") + String.fromCharCode(65 + (position % 26));

/** What each column of the file is, and what happens to customers who are there already. */
export function MapStep({ of: made, choices: given, onChange, onNext }: Props) {
  const { t } = useTranslation();
  const { data: targets = [] } = useTargets();
  const { mapping, match, rule, shared_phones } = given;
  const choices: Choices = { mapping, match, rule, shared_phones };
  const lacking = targets.filter(({ id, required }) => required && !mapping.includes(id));
  const matches = [
    { value: "phones", label: t("imports.by_phone") },
    ...targets
      .filter(({ id, unique }) => unique && mapping.includes(id))
      .map(({ id, label }) => ({ value: id, label })),
  ];
  const known = matches.some(({ value }) => value === match);
  const choose = (position: number, target: string) => {
    const next = mapping.map((one, at) => (at === position ? target : one));
    onChange({ ...choices, mapping: next, match: match !== "phones" && !next.includes(match) ? "phones" : match });
  };

  return (
    <Flex vertical gap={16}>
      <Typography.Text type="secondary" role="status">
        {made.format === "csv"
          ? t("imports.found_csv", { count: made.rows, encoding: made.encoding })
          : t("imports.found_xlsx", { count: made.rows })}
      </Typography.Text>
      <Table
        size="small"
        rowKey="position"
        pagination={false}
        dataSource={made.heads.map((head, position) => ({ head, position }))}
        columns={[
          {
            title: t("imports.column"),
            key: "head",
            render: (_, { head, position }) => head || t("imports.without_head", { column: column(position) }),
          },
          {
            title: t("imports.is"),
            key: "target",
            width: "50%",
            render: (_, { head, position }) => (
              <Flex gap={8}>
                <Select
                  style={{ flex: 1, minWidth: 0 }}
                  aria-label={t("imports.is_what", { head: head || column(position) })}
                  value={mapping[position] ?? LEFT_OUT}
                  status={mapping[position] ? undefined : "warning"}
                  showSearch={{ optionFilterProp: "label" }}
                  onChange={(target) => choose(position, target)}
                  options={[
                    { value: LEFT_OUT, label: t("imports.left_out") },
                    ...targets.map(({ id, label }) => ({
                      value: id,
                      label,
                      disabled: id !== "phone" && id !== mapping[position] && mapping.includes(id),
                    })),
                  ]}
                />
                {!mapping[position] && head && <NewField head={head} onMade={(target) => choose(position, target)} />}
              </Flex>
            ),
          },
        ]}
      />
      {lacking.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t("imports.lacking", { names: lacking.map(({ label }) => label).join(t("imports.between")) })}
        />
      )}
      <Form layout="vertical">
        <Form.Item label={t("imports.match")}>
          <Select
            style={{ maxWidth: 320 }}
            aria-label={t("imports.match")}
            value={known ? match : "phones"}
            options={matches}
            onChange={(by) => onChange({ ...choices, match: by })}
          />
        </Form.Item>
        <Form.Item label={t("imports.rule")}>
          <Radio.Group value={rule} onChange={({ target }) => onChange({ ...choices, rule: target.value })}>
            <Flex vertical gap={4}>
              {RULES.map((one) => (
                <Radio key={one} value={one}>
                  {t(`imports.rules.${one}`)}
                </Radio>
              ))}
            </Flex>
          </Radio.Group>
        </Form.Item>
        <Checkbox
          checked={shared_phones}
          onChange={({ target }) => onChange({ ...choices, shared_phones: target.checked })}
        >
          {t("imports.shared_phones")}
        </Checkbox>
      </Form>
      <Flex justify="end">
        <Button type="primary" disabled={!mapping.some(Boolean)} onClick={() => onNext(choices)}>
          {t("imports.to_look")}
        </Button>
      </Flex>
    </Flex>
  );
}
