import { Button, Empty } from "antd";
import { useTranslation } from "react-i18next";
import type { ChangedField } from "../../api";
import { usePages } from "../../lib/service";
import { HistorySteps } from "../../ui/HistoryList";
import { CUSTOMERS, type Customer, type CustomerField, historyOf } from "./customers";
import { useWords } from "./words";

/** Who changed what of a customer, and when. */
export function CustomerHistory({ customer, fields }: { customer: Customer; fields: CustomerField[] }) {
  const { t } = useTranslation();
  const { data, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = usePages<ChangedField>(
    [...CUSTOMERS, customer.id, "changes"],
    `/customers/${customer.id}/changes`,
    {},
  );
  const words = useWords(fields);
  const whoOf = ({ rule, by, by_id }: ChangedField) => {
    if (rule) return t("customers.by_rule", { name: by });
    return by_id === null && by === "unsubscribe" ? t("customers.by_link") : by;
  };
  const steps = historyOf(data?.pages.flatMap((page) => page.items) ?? [], whoOf);
  if (!isPending && steps.length === 0)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("customers.never_changed")} />;
  return (
    <>
      <HistorySteps steps={steps} {...words} />
      {hasNextPage && (
        <Button block loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("service.more")}
        </Button>
      )}
    </>
  );
}
