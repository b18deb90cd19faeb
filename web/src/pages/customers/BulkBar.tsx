import { useQuery } from "@tanstack/react-query";
import { Button, Flex, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerCount } from "../../api";
import { request } from "../../lib/http";
import type { Query } from "../../lib/resource";
import { CUSTOMERS, type Customer, type CustomerField } from "./customers";
import { EditDrawer } from "./EditDrawer";
import { MergeDrawer } from "./MergeDrawer";

const MOST_MERGED = 5; // side by side

interface Props {
  picked: string[];
  /** Those of them that the list shows. */
  rows: Customer[];
  query: Query;
  fields: CustomerField[];
  onDone: () => void;
}

/** What is done with the customers that were picked, or with all that were found. */
export function BulkBar({ picked, rows, query, fields, onDone }: Props) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState(false);
  const [merging, setMerging] = useState(false);
  const several = rows.length === picked.length && rows.length > 1 && rows.length <= MOST_MERGED;
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
      {!all && several && (
        <Button size="small" onClick={() => setMerging(true)}>
          {t("customers.merge")}
        </Button>
      )}
      {!all && found > picked.length && (
        <Button type="link" size="small" onClick={() => setAll(true)}>
          {t("customers.pick_all", { count: found })}
        </Button>
      )}
      <Button type="text" size="small" onClick={onDone}>
        {t("act.cancel")}
      </Button>
      {merging && <MergeDrawer customers={rows} fields={fields} onClose={() => setMerging(false)} onDone={onDone} />}
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
