import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Conditions, SegmentOut } from "../../api";
import { ConditionFields } from "../../ui/conditions/ConditionFields";
import { ConditionText } from "../../ui/conditions/ConditionText";
import { blankConditions, conditionsBody, conditionsForm } from "../../ui/conditions/facts";
import { Dash, NameField, nameColumn } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { Reach, useReach } from "./Reach";

interface Body {
  name: string;
  note: string;
  conditions: Conditions;
}

/** Customers who have something in common, named: to list them and to write to them. */
export default function SegmentsPage() {
  const { t } = useTranslation();
  return (
    <ResourcePage<SegmentOut, Body>
      kind="segments"
      texts="segments"
      width={720}
      words={({ name, note }) => [name, note]}
      blank={() => ({ name: "", note: "", conditions: blankConditions() })}
      toForm={({ name, note, conditions }) => ({ name, note, conditions: conditionsForm(conditions) })}
      toBody={({ name, note, conditions }) => ({ name, note: note ?? "", conditions: conditionsBody(conditions) })}
      columns={[
        { ...nameColumn(t("segments.name")), defaultSortOrder: "ascend" },
        { title: t("segments.members"), align: "right", render: (_, row) => <Members id={row.id} /> },
        {
          title: t("conditions.title"),
          render: (_, row) => (
            <div style={{ maxWidth: 520 }}>
              <ConditionText conditions={row.conditions} />
            </div>
          ),
        },
        { title: t("segments.note"), render: (_, row) => row.note || <Dash /> },
      ]}
      fields={() => (
        <>
          <NameField label={t("segments.name")} />
          <Form.Item name="note" label={t("segments.note")}>
            <Input maxLength={400} />
          </Form.Item>
          <ConditionFields />
        </>
      )}
      above={(row) => <Reach row={row} />}
    />
  );
}

/** How many there are, which leads to them. */
function Members({ id }: { id: string }) {
  const { data } = useReach(id);
  return data ? (
    <Link to={`/customers?segment=${id}`} onClick={(event) => event.stopPropagation()}>
      {data.customers}
    </Link>
  ) : (
    <Dash />
  );
}
