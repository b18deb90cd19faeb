import { useQuery } from "@tanstack/react-query";
import { Alert, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useHeld } from "../../lib/held";
import { request } from "../../lib/http";
import { useIsAdmin } from "../../lib/session";
import Timeline from "../../pop/Timeline";
import { SideDrawer } from "../../ui/SideDrawer";
import { CustomerCard } from "./CustomerCard";
import { CustomerHistory } from "./CustomerHistory";
import { CUSTOMERS, type Customer, type CustomerForm, useCustomerFields } from "./customers";
import { Privacy } from "./Privacy";
import { CallsOf, MemosOf, MessagesOf, OrdersOf, RecordsOf } from "./Related";

interface Props {
  /** null: a new one. */
  id: string | null;
  onClose: () => void;
}

/** One customer: who he is, what was done for him, and what was changed of him. */
export function CustomerDrawer({ id, onClose }: Props) {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: [...CUSTOMERS, id],
    queryFn: () => request<Customer>("GET", `/customers/${id}`),
    enabled: id !== null,
  });
  const { data: fields } = useCustomerFields();
  const isAdmin = useIsAdmin();
  const { row: customer, key, typed, hold, letGo } = useHeld<Customer, CustomerForm>(data, `customer:${id ?? "new"}`);
  const title = id === null ? t("customers.new") : (customer?.name ?? t("customers.title"));
  const card = fields && (id === null || customer) && (
    <CustomerCard
      key={key}
      customer={customer}
      fields={fields}
      typed={typed}
      onWrite={hold}
      onReload={letGo}
      onClose={onClose}
    />
  );
  return (
    <SideDrawer open size={680} title={title} aria-label={title} onClose={onClose} destroyOnHidden>
      {error && !customer && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
      {id === null || !customer ? (
        card
      ) : (
        <Tabs
          size="small"
          tabBarGutter={16}
          style={{ marginBlockStart: -12 }}
          items={[
            { key: "card", label: t("customers.card"), children: card },
            { key: "timeline", label: t("pop.timeline"), children: <Timeline customer={customer.id} /> },
            { key: "calls", label: t("customers.calls"), children: <CallsOf customer={customer.id} /> },
            { key: "records", label: t("customers.records"), children: <RecordsOf customer={customer.id} /> },
            { key: "orders", label: t("customers.orders"), children: <OrdersOf customer={customer.id} /> },
            { key: "memos", label: t("customers.memos"), children: <MemosOf customer={customer.id} /> },
            { key: "messages", label: t("customers.messages"), children: <MessagesOf customer={customer.id} /> },
            {
              key: "history",
              label: t("service.history"),
              children: <CustomerHistory customer={customer} fields={fields ?? []} />,
            },
            ...(isAdmin
              ? [
                  {
                    key: "privacy",
                    label: t("customers.privacy"),
                    children: <Privacy customer={customer} onClose={onClose} />,
                  },
                ]
              : []),
          ]}
        />
      )}
    </SideDrawer>
  );
}
