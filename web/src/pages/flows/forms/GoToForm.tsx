import { useTranslation } from "react-i18next";
import { DestinationField } from "../../../ui/Destination";
import { Field, type FormProps } from "./parts";
import { QueueExtras } from "./QueueExtras";

export function GoToForm({ node, change }: FormProps<"go_to">) {
  const { t } = useTranslation("flow");
  const { destination } = node;
  return (
    <>
      <Field label={t("field.destination")}>
        <DestinationField
          value={destination ?? undefined}
          label={t("field.destination")}
          stacked
          onChange={(to) => change({ destination: to })}
        />
      </Field>
      {destination?.kind === "queue" && (
        <QueueExtras value={destination} onChange={(to) => change({ destination: to })} />
      )}
    </>
  );
}
