import { useTranslation } from "react-i18next";
import { DestinationField } from "../../../ui/Destination";
import { Field, type FormProps } from "./parts";

export function GoToForm({ node, change }: FormProps<"go_to">) {
  const { t } = useTranslation("flow");
  return (
    <Field label={t("field.destination")}>
      <DestinationField
        value={node.destination ?? undefined}
        label={t("field.destination")}
        stacked
        onChange={(destination) => change({ destination })}
      />
    </Field>
  );
}
