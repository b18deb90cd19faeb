import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Destination, RingGroup } from "../../lib/types";
import { labelOf, useExtensionChoices } from "../../ui/choices";
import { DestinationField, isWhole, useDestinationText } from "../../ui/Destination";
import {
  InsideNumberField,
  insideNumberColumn,
  NameField,
  nameColumn,
  SecondsField,
  Section,
  Side,
  SwitchField,
} from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { MemberRows } from "./MemberRows";
import { type Form as Body, fromForm, memberOf, toForm } from "./members";

const blank = (): Body => ({
  name: "",
  number: null,
  order: "together",
  members: [memberOf()],
  longest: 60,
  confirm: true,
  record: true,
  otherwise: { kind: "hang_up" },
});

export default function RingGroupsPage() {
  const { t } = useTranslation();
  const extensions = useExtensionChoices();
  const where = useDestinationText();
  const told = ({ extension, number }: RingGroup["members"][number]) =>
    number || labelOf(extensions, extension) || t("destination.gone");

  return (
    <ResourcePage<RingGroup, Body>
      kind="ring-groups"
      texts="ring_groups"
      width={640}
      blank={blank}
      toForm={toForm}
      toBody={fromForm}
      columns={[
        nameColumn(t("ring_groups.name")),
        insideNumberColumn(t("ring_groups.number")),
        { title: t("ring_groups.order"), render: (_, row) => t(`ring_groups.${row.order}`) },
        { title: t("ring_groups.members"), render: (_, row) => row.members.map(told).join(", ") },
        { title: t("ring_groups.otherwise"), render: (_, row) => where(row.otherwise) },
      ]}
      fields={() => <Fields />}
    />
  );
}

function Fields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Body>();
  const together = (Form.useWatch("order", form) ?? "together") === "together";
  return (
    <>
      <Side>
        <NameField label={t("ring_groups.name")} />
        <InsideNumberField label={t("ring_groups.number")} help={t("ring_groups.number_help")} />
      </Side>
      <Side>
        <Form.Item name="order" label={t("ring_groups.order")}>
          <Select
            options={(["together", "in_turn"] as const).map((value) => ({ value, label: t(`ring_groups.${value}`) }))}
          />
        </Form.Item>
        <SecondsField name="longest" label={t("ring_groups.longest")} min={5} max={600} />
      </Side>
      <Section>{t("ring_groups.members")}</Section>
      <MemberRows together={together} />
      <SwitchField name="confirm" label={t("ring_groups.confirm")} help={t("ring_groups.confirm_help")} />
      <SwitchField name="record" label={t("ring_groups.record")} />
      <Form.Item
        name="otherwise"
        label={t("ring_groups.otherwise")}
        rules={[
          {
            validator: (_, value: Destination | undefined) =>
              isWhole(value) ? Promise.resolve() : Promise.reject(new Error(t("destination.incomplete"))),
          },
        ]}
      >
        <DestinationField label={t("ring_groups.otherwise")} />
      </Form.Item>
    </>
  );
}
