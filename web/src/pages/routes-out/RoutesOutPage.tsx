import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Bookkeeping, OutboundRoute } from "../../lib/types";
import { labelOf, useTrunkChoices } from "../../ui/choices";
import { NameField, NumberField, PermissionField, Side, SwitchField } from "../../ui/fields";
import { OnOff } from "../../ui/OnOff";
import { ResourcePage } from "../../ui/ResourcePage";
import { TryNumber } from "./TryNumber";

type Body = Omit<OutboundRoute, Bookkeeping>;

const blank = (): Body => ({
  name: "",
  position: 0,
  pattern: "",
  strip: 0,
  prepend: "",
  trunk_ids: [],
  permission: "national",
  caller_number: "",
  enabled: true,
});
const words = (row: OutboundRoute) => [row.name, row.pattern, row.caller_number];

export default function RoutesOutPage() {
  const { t } = useTranslation();
  const trunks = useTrunkChoices();

  const sends = ({ strip, prepend }: OutboundRoute) => {
    const changes = [
      strip > 0 && t("routes_out.cut", { count: strip }),
      prepend && t("routes_out.add", { prefix: prepend }),
    ].filter(Boolean);
    return changes.length ? changes.join(", ") : t("routes_out.as_dialled");
  };

  return (
    <ResourcePage<OutboundRoute, Body>
      kind="outbound-routes"
      texts="routes_out"
      words={words}
      blank={blank}
      aside={<TryNumber />}
      columns={[
        {
          title: t("routes_out.position"),
          dataIndex: "position",
          width: 80,
          sorter: (a, b) => a.position - b.position,
          defaultSortOrder: "ascend",
        },
        { title: t("routes_out.name"), dataIndex: "name" },
        { title: t("routes_out.pattern"), dataIndex: "pattern", className: "number" },
        { title: t("routes_out.sends"), render: (_, row) => sends(row) },
        {
          title: t("routes_out.trunks"),
          render: (_, row) => row.trunk_ids.map((id) => labelOf(trunks, id) ?? "?").join(" → "),
        },
        { title: t("routes_out.permission"), render: (_, row) => t(`permission.${row.permission}`) },
        { title: t("routes_out.enabled"), render: (_, row) => <OnOff on={row.enabled} /> },
      ]}
      fields={() => (
        <>
          <Side>
            <NameField label={t("routes_out.name")} />
            <NumberField name="position" label={t("routes_out.position")} />
          </Side>
          <Form.Item
            name="pattern"
            label={t("routes_out.pattern")}
            extra={t("routes_out.pattern_help")}
            rules={[{ required: true }, { pattern: /^[0-9XZN+*#]*[.!]?$/, message: t("rule.pattern") }]}
          >
            <Input maxLength={40} />
          </Form.Item>
          <Side>
            <NumberField name="strip" label={t("routes_out.strip")} max={20} />
            <Form.Item name="prepend" label={t("routes_out.prepend")}>
              <Input maxLength={20} inputMode="tel" />
            </Form.Item>
          </Side>
          <Form.Item
            name="trunk_ids"
            label={t("routes_out.trunks")}
            rules={[{ required: true, type: "array", min: 1 }]}
          >
            <Select mode="multiple" options={trunks} showSearch={{ optionFilterProp: "label" }} />
          </Form.Item>
          <Side>
            <PermissionField name="permission" label={t("routes_out.permission")} />
            <Form.Item
              name="caller_number"
              label={t("routes_out.caller_number")}
              extra={t("routes_out.caller_number_help")}
            >
              <Input maxLength={32} inputMode="tel" />
            </Form.Item>
          </Side>
          <SwitchField name="enabled" label={t("routes_out.enabled")} />
        </>
      )}
    />
  );
}
