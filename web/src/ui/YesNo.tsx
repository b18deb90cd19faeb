import { Select, type SelectProps } from "antd";
import { useTranslation } from "react-i18next";

interface Option {
  value: boolean;
  label: string;
}

/** Yes, no, or neither: what that means the placeholder says. */
export function YesNo(props: SelectProps<boolean, Option>) {
  const { t } = useTranslation();
  const options = [
    { value: true, label: t("own_field.yes") },
    { value: false, label: t("own_field.no") },
  ];
  return <Select allowClear options={options} {...props} />;
}
