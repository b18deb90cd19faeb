/** The plain ones of antd's inputs, without areas, passwords and codes: a desk is drawn without those. */
export { default as Input, type InputRef } from "antd/es/input/Input";
export { default as SearchInput } from "antd/es/input/Search";
