import { useTranslation } from "react-i18next";
import type { FormProps } from "./parts";
import { SoundField } from "./SoundField";

export function HangUpForm({ node, change }: FormProps<"hang_up">) {
  const { t } = useTranslation("flow");
  return (
    <SoundField
      label={t("field.sound")}
      none={t("field.nothing")}
      value={node.sound}
      onChange={(sound, mark) => change({ sound }, mark)}
    />
  );
}
