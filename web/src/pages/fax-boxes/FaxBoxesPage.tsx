import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Bookkeeping, FaxBox } from "../../lib/types";
import { labelOf, useUserChoices } from "../../ui/choices";
import { Dash, InsideNumberField, insideNumberColumn, NameField, nameColumn, Side } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";

type Body = Omit<FaxBox, Bookkeeping>;

const blank = (): Body => ({ name: "", number: null, station: "", caller_number: "", emails: [], user_ids: [] });
const words = (row: FaxBox) => [row.name, row.number, row.station, ...row.emails];
const STATION = /^[+0-9 ]*$/;
const NUMBER = /^\+?[0-9]*$/;

export default function FaxBoxesPage() {
  const { t } = useTranslation();
  const people = useUserChoices();
  return (
    <ResourcePage<FaxBox, Body>
      kind="fax-boxes"
      texts="fax_boxes"
      words={words}
      blank={blank}
      columns={[
        nameColumn(t("fax_boxes.name")),
        insideNumberColumn(t("fax_boxes.number")),
        { title: t("fax_boxes.users"), render: (_, row) => told(row.user_ids.map((id) => labelOf(people, id) ?? "?")) },
        { title: t("fax_boxes.emails"), render: (_, row) => told(row.emails) },
      ]}
      fields={() => (
        <>
          <Side>
            <NameField label={t("fax_boxes.name")} />
            <InsideNumberField label={t("fax_boxes.number")} help={t("fax_boxes.number_help")} />
          </Side>
          <Form.Item name="user_ids" label={t("fax_boxes.users")} extra={t("fax_boxes.users_help")}>
            <Select mode="multiple" options={people} showSearch={{ optionFilterProp: "label" }} />
          </Form.Item>
          <Form.Item name="emails" label={t("fax_boxes.emails")} extra={t("fax_boxes.emails_help")}>
            <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " ", ";"]} />
          </Form.Item>
          <Side>
            <Form.Item
              name="station"
              label={t("fax_boxes.station")}
              extra={t("fax_boxes.station_help")}
              rules={[{ pattern: STATION, message: t("rule.pattern") }]}
            >
              <Input maxLength={20} inputMode="tel" placeholder="+86 571 88009" />
            </Form.Item>
            <Form.Item
              name="caller_number"
              label={t("fax_boxes.caller_number")}
              extra={t("fax_boxes.caller_number_help")}
              rules={[{ pattern: NUMBER, message: t("rule.pattern") }]}
            >
              <Input maxLength={30} inputMode="tel" />
            </Form.Item>
          </Side>
        </>
      )}
    />
  );
}

function told(words: string[]) {
  return words.length ? words.join(", ") : <Dash />;
}
