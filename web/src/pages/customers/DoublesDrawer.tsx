import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Flex, Segmented, Spin, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Doubles } from "../../api";
import { request } from "../../lib/http";
import { SideDrawer } from "../../ui/SideDrawer";
import { CUSTOMERS, type Customer, type CustomerField } from "./customers";
import { MergeDrawer } from "./MergeDrawer";

const MOST = 5; // side by side

/** Customers who may be the same one, to be made one. */
export function DoublesDrawer({ fields, onClose }: { fields: CustomerField[]; onClose: () => void }) {
  const { t } = useTranslation();
  const [by, setBy] = useState<"phone" | "name">("phone");
  const [merged, setMerged] = useState<Customer[]>();
  const { data, isPending } = useQuery({
    queryKey: [...CUSTOMERS, "doubles", by],
    queryFn: () => request<Doubles>("GET", "/customers/doubles", { query: { by } }),
  });
  return (
    <SideDrawer open size={560} title={t("customers.doubles")} aria-label={t("customers.doubles")} onClose={onClose}>
      <Segmented
        aria-label={t("customers.doubles")}
        value={by}
        onChange={setBy}
        options={[
          { value: "phone", label: t("customers.doubles_phone") },
          { value: "name", label: t("customers.doubles_name") },
        ]}
        style={{ marginBlockEnd: 16 }}
      />
      {isPending && <Spin />}
      {data?.groups.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("customers.no_doubles")} />
      )}
      {data?.groups.map((group) => (
        <Flex key={group[0]?.id} gap={8} align="start" style={{ marginBlockEnd: 12 }}>
          <div style={{ flex: 1 }}>
            {group.map(({ id, name, company, phones }) => (
              <div key={id}>
                {name} {company} <Typography.Text type="secondary">{phones.join(", ")}</Typography.Text>
              </div>
            ))}
          </div>
          <Button size="small" onClick={() => setMerged(group.slice(0, MOST))}>
            {t("customers.merge")}
          </Button>
        </Flex>
      ))}
      {merged && (
        <MergeDrawer
          customers={merged}
          fields={fields}
          onClose={() => setMerged(undefined)}
          onDone={() => setMerged(undefined)}
        />
      )}
    </SideDrawer>
  );
}
