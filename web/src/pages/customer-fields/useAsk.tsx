import { App } from "antd";
import { useTranslation } from "react-i18next";
import { checkCustomerField } from "../../api";
import { Problem } from "../../lib/problem";
import type { Query } from "../../lib/resource";
import { CheckResult } from "./CheckResult";
import { type CustomerField, concernsValues, type FieldForm, isWorthAsking } from "./form";

/** Before a field is changed: what would become of that which stands with customers, and whether that is wanted. */
export function useAsk() {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  return async (row: CustomerField, sent: unknown): Promise<Query | null> => {
    const body = sent as FieldForm;
    if (!concernsValues(row, body)) return {};
    const { data: check } = await checkCustomerField({ path: { id: row.id }, body, throwOnError: true });
    if (check.twice) {
      const text = t("customer_fields.twice", { count: check.twice });
      throw new Problem({
        title: t("customer_fields.cannot_change"),
        errors: [{ field: "unique", rule: "values_stand_twice", text }],
      });
    }
    if (!isWorthAsking(check, row, body)) return {};
    const { lost } = check;
    const agreed = await modal.confirm({
      title: t("customer_fields.sure", { name: row.label, type: t(`own_field.type_${body.type}`) }),
      content: <CheckResult check={check} />,
      width: 720,
      okText: lost ? t("customer_fields.convert_and_lose", { count: lost }) : t("customer_fields.convert"),
      okButtonProps: { danger: lost > 0 },
    });
    return agreed ? { lose: lost > 0 } : null;
  };
}
