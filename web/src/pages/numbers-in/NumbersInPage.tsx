import { ArrowRightOutlined } from "@ant-design/icons";
import { Form, Input, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import type { Bookkeeping, Destination, InboundRoute } from "../../lib/types";
import { labelOf, useFaxBoxChoices, useTrunkChoices } from "../../ui/choices";
import { DestinationField, isWhole, useDestinationText } from "../../ui/Destination";
import { Dash, NameField, Side, SwitchField } from "../../ui/fields";
import { OnOff } from "../../ui/OnOff";
import { ResourcePage } from "../../ui/ResourcePage";

type Body = Omit<InboundRoute, Bookkeeping | "destination"> & { destination: Destination | undefined };

const blank = (): Body => ({
  name: "",
  did: "",
  trunk_id: null,
  caller: "",
  destination: undefined,
  language: "",
  fax_box_id: null,
  enabled: true,
});
const words = (row: InboundRoute) => [row.name, row.did, row.caller];
const PATTERN = /^[0-9XZN+*#]*[.!]?$/;

export default function NumbersInPage() {
  const { t } = useTranslation();
  const trunks = useTrunkChoices();
  const faxBoxes = useFaxBoxChoices();
  const where = useDestinationText();

  const sentence = (row: InboundRoute) => {
    const conditions = [
      t("numbers_in.sentence", { did: row.did || t("numbers_in.any_number") }),
      row.trunk_id && t("numbers_in.from_trunk", { trunk: labelOf(trunks, row.trunk_id) ?? "?" }),
      row.caller && t("numbers_in.from_caller", { caller: row.caller }),
    ];
    return (
      <span className="number">
        {conditions.filter(Boolean).join(" ")}
        <ArrowRightOutlined style={{ marginInline: 8, opacity: 0.5 }} aria-label="→" />
        <Typography.Text strong>{where(row.destination)}</Typography.Text>
      </span>
    );
  };

  return (
    <ResourcePage<InboundRoute, Body>
      kind="inbound-routes"
      texts="numbers_in"
      nameOf={(row) => row.name || row.did}
      words={words}
      blank={blank}
      columns={[
        {
          title: t("numbers_in.rule"),
          render: (_, row) => sentence(row),
          sorter: (a, b) => a.did.localeCompare(b.did),
          defaultSortOrder: "descend",
        },
        { title: t("numbers_in.name"), dataIndex: "name", render: (name: string) => name || <Dash /> },
        {
          title: t("numbers_in.language"),
          render: (_, row) =>
            row.language ? { zh: "中文", en: "English" }[row.language] : t("numbers_in.language_site"),
        },
        { title: t("numbers_in.enabled"), render: (_, row) => <OnOff on={row.enabled} /> },
      ]}
      fields={() => (
        <>
          <Form.Item
            name="did"
            label={t("numbers_in.did")}
            extra={t("numbers_in.did_help")}
            rules={[{ pattern: PATTERN, message: t("rule.pattern") }]}
          >
            <Input maxLength={40} placeholder={t("numbers_in.any_number")} inputMode="tel" />
          </Form.Item>
          <Side>
            <Form.Item name="trunk_id" label={t("numbers_in.trunk")}>
              <Select allowClear options={trunks} placeholder={t("unit.any")} />
            </Form.Item>
            <Form.Item
              name="caller"
              label={t("numbers_in.caller")}
              rules={[{ pattern: PATTERN, message: t("rule.pattern") }]}
            >
              <Input maxLength={40} placeholder={t("unit.any")} inputMode="tel" />
            </Form.Item>
          </Side>
          <Form.Item
            name="destination"
            label={t("numbers_in.destination")}
            required
            rules={[
              {
                validator: (_, value: Destination | undefined) =>
                  isWhole(value) ? Promise.resolve() : Promise.reject(new Error(t("destination.incomplete"))),
              },
            ]}
          >
            <DestinationField />
          </Form.Item>
          <Form.Item name="fax_box_id" label={t("numbers_in.fax")} extra={t("numbers_in.fax_help")}>
            <Select allowClear options={faxBoxes} placeholder={t("numbers_in.no_fax")} />
          </Form.Item>
          <Side>
            <NameField label={t("numbers_in.name")} />
            <Form.Item name="language" label={t("numbers_in.language")}>
              <Select
                options={[
                  { value: "", label: t("numbers_in.language_site") },
                  { value: "zh", label: "中文" },
                  { value: "en", label: "English" },
                ]}
              />
            </Form.Item>
          </Side>
          <SwitchField name="enabled" label={t("numbers_in.enabled")} />
        </>
      )}
    />
  );
}
