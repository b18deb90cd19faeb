import { useQuery } from "@tanstack/react-query";
import { Button, Flex, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerCount } from "../../api";
import { request } from "../../lib/http";
import type { Query } from "../../lib/resource";
import { CUSTOMERS, type CustomerField } from "./customers";
import { EditDrawer } from "./EditDrawer";

interface Props {
  picked: string[];
  query: Query;
  fields: CustomerField[];
  onDone: () => void;
}

/** What is done with the customers that were picked, or with all that were found. */
export function BulkBar({ picked, query, fields, onDone }: Props) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState(false);
  const { sort: _, ...asked } = query;
  const { data } = useQuery({
    queryKey: [...CUSTOMERS, "count", "exact", asked],
    queryFn: () => request<CustomerCount>("GET", "/customers/count", { query: { ...asked, exact: true } }),
  });
  const found = data?.count ?? 0;
  const count = all ? found : picked.length;
  return (
    <Flex gap={8} align="center" wrap style={{ marginBlockEnd: 8 }}>
      <Typography.Text strong>{t("customers.picked", { count })}</Typography.Text>
      <Button type="primary" size="small" onClick={() => setOpen(true)}>
        {t("customers.edit_picked")}
      </Button>
      {!all && found > picked.length && (
        <Button type="link" size="small" onClick={() => setAll(true)}>
          {t("customers.pick_all", { count: found })}
        </Button>
      )}
      <Button type="text" size="small" onClick={onDone}>
        {t("act.cancel")}
      </Button>
      {open && (
        <EditDrawer
          ids={all ? [] : picked}
          count={count}
          query={asked}
          fields={fields}
          onClose={() => setOpen(false)}
          onDone={onDone}
        />
      )}
    </Flex>
  );
}
