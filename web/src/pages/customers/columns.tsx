import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Flex, type TableColumnsType, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import { useIsAdmin } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { Dash } from "../../ui/fields";
import { CUSTOMERS, type Customer } from "./customers";
import { PhoneButtons } from "./PhoneButtons";

const SHOWN_PHONES = 2;
const SHOWN_TAGS = 3;

/** The list's columns; `sort`: what it is sorted by, "-" before it when downwards. */
export function useColumns(sort: string): TableColumnsType<Customer> {
  const { t, i18n } = useTranslation();
  const sorted = (key: string) => ({
    key,
    sorter: true,
    sortOrder: sort === key ? ("ascend" as const) : sort === `-${key}` ? ("descend" as const) : null,
  });
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
    { title: t("customers.company"), render: (_, { company }) => company || <Dash /> },
    { title: t("customers.phones"), render: (_, row) => <Phones customer={row} /> },
    {
      ...sorted("tier"),
      title: t("customers.tier"),
      render: (_, { tier }) => (tier ? t("customers.tier_n", { tier }) : t("customers.tier_0")),
    },
    { title: t("customers.stage"), render: (_, { stage }) => t(`customers.stage_${stage}`) },
    { title: t("service.owner"), render: (_, { owner_name }) => owner_name ?? <Dash /> },
    {
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
      ...sorted("updated_at"),
      title: t("customers.updated"),
      render: (_, { id, updated_at, deleted_at }) =>
        deleted_at ? (
          <Restore id={id} at={deleted_at} />
        ) : (
          <time dateTime={updated_at}>{dateTimeText(updated_at, i18n.language)}</time>
        ),
    },
  ];
}

function Phones({ customer }: { customer: Customer }) {
  const { phone_list, deleted_at } = customer;
  if (phone_list.length === 0) return <Dash />;
  return (
    <Flex vertical>
      {phone_list.slice(0, SHOWN_PHONES).map((phone) => (
        <Flex key={phone.id} align="center" gap={2}>
          <span className="number">{phone.number}</span>
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
