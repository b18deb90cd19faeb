import { useTranslation } from "react-i18next";
import { useRows } from "../../lib/resource";
import { useIsAdmin } from "../../lib/session";
import { ResourcePage } from "../../ui/ResourcePage";
import { Changes } from "./Changes";
import { DefinitionFields } from "./DefinitionFields";
import { FieldList } from "./FieldList";
import { blankField, bodyOfField, type CustomerField, type FieldForm } from "./form";
import { useAsk } from "./useAsk";

/** The fields that customers have here, in their order. */
export default function CustomerFieldsPage() {
  const { t } = useTranslation();
  const isAdmin = useIsAdmin();
  const { data: fields } = useRows<CustomerField>("customer-fields");
  const ask = useAsk();
  return (
    <ResourcePage<CustomerField, FieldForm>
      kind="customer-fields"
      texts="customer_fields"
      width={600}
      words={({ label }) => [label]}
      nameOf={({ label }) => label}
      blank={blankField}
      toBody={bodyOfField}
      ask={ask}
      removal={t("customer_fields.remove_note")}
      aside={isAdmin && <Changes fields={fields ?? []} />}
      list={(rows, open, all) => <FieldList fields={rows} onOpen={open} movable={isAdmin && all} />}
      fields={() => <DefinitionFields />}
    />
  );
}
