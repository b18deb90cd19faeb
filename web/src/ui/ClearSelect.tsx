import { Select, type SelectProps } from "antd";

/** A choice of one, or of none. */
export function ClearSelect(props: SelectProps) {
  return <Select allowClear showSearch={{ optionFilterProp: "label" }} {...props} />;
}
