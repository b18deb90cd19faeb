import { DownOutlined } from "@ant-design/icons";
import { Button, Flex, Popover, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FieldCondition } from "../../api";
import { useAddress } from "../../lib/address";
import { useMe } from "../../lib/session";
import { useConditionWords } from "../../ui/conditions/ConditionText";
import { ComparedWith, FieldSelect, OperatorSelect } from "../../ui/conditions/FieldConditions";
import { fieldsOf, isCompared } from "../../ui/conditions/facts";
import { type CustomerField, useCustomerFields } from "./customers";

/** Asks what stands in one of the site's own fields; the answer is added to what the list is asked. */
export function FieldFilter() {
  const { t } = useTranslation();
  const { role } = useMe();
  const [open, setOpen] = useState(false);
  const { data = [] } = useCustomerFields();
  const fields = data.filter(({ masked }) => !masked || role !== "agent");
  if (fields.length === 0) return null;
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      content={<Asked fields={fields} onDone={() => setOpen(false)} />}
    >
      <Button icon={<DownOutlined />} iconPlacement="end">
        {t("conditions.field")}
      </Button>
    </Popover>
  );
}

function Asked({ fields, onDone }: { fields: CustomerField[]; onDone: () => void }) {
  const { t } = useTranslation();
  const { address, set } = useAddress();
  const [{ field: id, op, value = "" }, setAsked] = useState<FieldCondition>({ field: "", op: "eq", value: "" });
  const field = fields.find((one) => one.id === id);
  const ready = field !== undefined && (!isCompared(op) || value !== "");
  const add = () => {
    const one = [id, op, isCompared(op) ? value : ""].join(":");
    set({ where: [...new Set([...address.getAll("where"), one])] });
    onDone();
  };
  return (
    <Flex vertical gap={8} style={{ width: 320 }}>
      <FieldSelect
        fields={fields}
        {...(id ? { value: id } : {})}
        onChange={(next) => setAsked({ field: next, op: "eq", value: "" })}
      />
      <OperatorSelect type={field?.type} value={op} onChange={(next) => setAsked({ field: id, op: next, value })} />
      <Flex gap={8} align="start">
        {isCompared(op) && (
          <div style={{ flex: 1, minWidth: 0, display: "grid" }}>
            <ComparedWith field={field} value={value} onChange={(next) => setAsked({ field: id, op, value: next })} />
          </div>
        )}
        {/* beside it, where no list of options covers it */}
        <Button type="primary" disabled={!ready} onClick={add}>
          {t("conditions.ask")}
        </Button>
      </Flex>
    </Flex>
  );
}

/** What is asked of fields: each can be taken away. */
export function FieldTags() {
  const { address, set } = useAddress();
  const words = useConditionWords();
  const asked = address.getAll("where");
  return asked.map((one) => (
    <Tag key={one} closable onClose={() => set({ where: asked.filter((other) => other !== one) })}>
      {words({ fields: fieldsOf([one]) }).join("")}
    </Tag>
  ));
}
