import { useTranslation } from "react-i18next";
import type { FormProps } from "./parts";
import { SoundField } from "./SoundField";

export function AnnounceForm({ node, change }: FormProps<"announce">) {
  const { t } = useTranslation("flow");
  return (
    <SoundField
      label={t("field.sound")}
      value={node.sound}
      onChange={(sound, mark) => change({ sound: sound ?? {} }, mark)}
    />
  );
}
