import { useTranslation } from "react-i18next";
import { Beside, type FormProps, NumberBox, VariableField } from "./parts";

export function RecordForm({ node, change }: FormProps<"record">) {
  const { t } = useTranslation("flow");
  return (
    <>
      <VariableField value={node.variable} onChange={(variable) => change({ variable }, "variable")} />
      <Beside>
        <NumberBox
          label={t("field.seconds")}
          seconds
          min={1}
          max={600}
          value={node.longest}
          onChange={(longest) => change({ longest })}
        />
        <NumberBox
          label={t("field.silence")}
          seconds
          min={1}
          max={30}
          value={node.silence}
          onChange={(silence) => change({ silence })}
        />
      </Beside>
    </>
  );
}
