import { SettingOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Flex, Popover, type TableColumnsType, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { request } from "../../lib/http";
import { shownNumber } from "../../lib/numbers";
import { problemFrom } from "../../lib/problem";
import { useIsAdmin } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { FieldText } from "../../ui/FieldForm";
import { Dash } from "../../ui/fields";
import { CUSTOMERS, type Customer, type CustomerField } from "./customers";
import { PhoneButtons } from "./PhoneButtons";

const SHOWN_PHONES = 2;
const SHOWN_TAGS = 3;

/** What the list shows when nobody chose. */
export const USUAL = ["name", "company", "phones", "tier", "stage", "owner", "tags", "updated_at"];

type Column = TableColumnsType<Customer>[number] & { key: string; title: string };

/** All columns that there are, in their order; `sort`: what the list is sorted by, "-" before it when downwards. */
export function useColumns(fields: CustomerField[], sort: string): Column[] {
  const { t, i18n } = useTranslation();
  const sorted = (key: string) => ({
    key,
    sorter: true,
    sortOrder: sort === key ? ("ascend" as const) : sort === `-${key}` ? ("descend" as const) : null,
  });
  const time = (at: string) => <time dateTime={at}>{dateTimeText(at, i18n.language)}</time>;
  return [
    {
      ...sorted("name"),
      title: t("customers.name"),
      render: (_, { name, do_not_call }) => (
        <>
          {name} {do_not_call && <Tag color="red">{t("customers.do_not_call")}</Tag>}
        </>
      ),
    },
    { key: "company", title: t("customers.company"), render: (_, { company }) => company || <Dash /> },
    { key: "phones", title: t("customers.phones"), render: (_, row) => <Phones customer={row} /> },
    {
      ...sorted("tier"),
      title: t("customers.tier"),
      render: (_, { tier }) => (tier ? t("customers.tier_n", { tier }) : t("customers.tier_0")),
    },
    { key: "stage", title: t("customers.stage"), render: (_, { stage }) => t(`customers.stage_${stage}`) },
    { key: "owner", title: t("service.owner"), render: (_, { owner_name }) => owner_name ?? <Dash /> },
    {
      key: "tags",
      title: t("customers.tags"),
      render: (_, { tags }) => (
        <Flex gap={4} align="center">
          {tags.slice(0, SHOWN_TAGS).map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
          {tags.length > SHOWN_TAGS && `+${tags.length - SHOWN_TAGS}`}
        </Flex>
      ),
    },
    {
      key: "do_not_call",
      title: t("customers.do_not_call"),
      render: (_, { do_not_call }) => t(do_not_call ? "own_field.yes" : "own_field.no"),
    },
    {
      key: "no_mail",
      title: t("customers.no_mail"),
      render: (_, { no_mail }) => t(no_mail ? "own_field.yes" : "own_field.no"),
    },
    {
      key: "memo",
      title: t("service.memo"),
      render: (_, { memo }) =>
        memo ? (
          <Typography.Text ellipsis={{ tooltip: true }} style={{ maxWidth: 280 }}>
            {memo}
          </Typography.Text>
        ) : (
          <Dash />
        ),
    },
    { ...sorted("created_at"), title: t("service.made"), render: (_, { created_at }) => time(created_at) },
    {
      ...sorted("updated_at"),
      title: t("customers.updated"),
      render: (_, { id, updated_at, deleted_at }) =>
        deleted_at ? <Restore id={id} at={deleted_at} /> : time(updated_at),
    },
    ...fields.map((field) => ({
      key: `values.${field.id}`,
      title: field.label,
      render: (_: unknown, { values }: Customer) => <FieldText field={field} value={values[field.id]} />,
    })),
  ];
}

/** Which columns the list shows. */
export function ColumnChooser({ columns, shown, onChange }: ChooserProps) {
  const { t } = useTranslation();
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <Checkbox.Group
          aria-label={t("customers.columns")}
          value={shown}
          onChange={(keys) =>
            onChange(keys.length ? columns.map(({ key }) => key).filter((key) => keys.includes(key)) : [])
          }
          options={columns.map(({ key, title }) => ({ value: key, label: title }))}
          style={{ flexDirection: "column", maxHeight: "60vh", overflow: "auto", flexWrap: "nowrap" }}
        />
      }
    >
      <Button icon={<SettingOutlined />}>{t("customers.columns")}</Button>
    </Popover>
  );
}

interface ChooserProps {
  columns: Column[];
  shown: string[];
  /** None: the usual ones. */
  onChange: (keys: string[]) => void;
}

function Phones({ customer }: { customer: Customer }) {
  const { phone_list, deleted_at } = customer;
  if (phone_list.length === 0) return <Dash />;
  return (
    <Flex vertical>
      {phone_list.slice(0, SHOWN_PHONES).map((phone) => (
        <Flex key={phone.id} align="center" gap={2}>
          <span className="number">{shownNumber(phone.number)}</span>
          {!deleted_at && <PhoneButtons customer={customer} phone={phone} />}
        </Flex>
      ))}
      {phone_list.length > SHOWN_PHONES && (
        <Typography.Text type="secondary">+{phone_list.length - SHOWN_PHONES}</Typography.Text>
      )}
    </Flex>
  );
}

/** When a customer was deleted, and the way to bring him back. */
function Restore({ id, at }: { id: string; at: string }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const isAdmin = useIsAdmin();
  const queries = useQueryClient();
  const restore = useMutation({
    mutationFn: () => request("POST", `/customers/${id}/restore`),
    onSuccess: () => {
      message.success(t("customers.restored"));
      return queries.invalidateQueries({ queryKey: CUSTOMERS });
    },
    onError: (error) => message.error(problemFrom(error, 0).message || t("problem.unreachable")),
  });
  return (
    <Flex gap={8} align="center">
      {t("customers.deleted_at", { at: dateTimeText(at, i18n.language) })}
      {isAdmin && (
        <Button size="small" loading={restore.isPending} onClick={() => restore.mutate()}>
          {t("service.restore")}
        </Button>
      )}
    </Flex>
  );
}
