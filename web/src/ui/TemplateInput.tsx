import { FunctionOutlined } from "@ant-design/icons";
import { Button, Dropdown, Flex, Input, type InputRef } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { useRef } from "react";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What can be put in as {{key}}. */
  places: { key: string; label: string }[];
  /** Says that one can be put in. */
  insert: string;
  placeholder?: string;
  /** Of a text; left out: one line. */
  rows?: number;
  longest?: number;
}

/** A text that may hold values, as {{name}}; the button puts one in where the cursor is. */
export function TemplateInput({ label, value, onChange, places, insert, placeholder, rows, longest }: Props) {
  const input = useRef<InputRef>(null);
  const area = useRef<TextAreaRef>(null);
  const put = (name: string) => {
    const field = rows ? area.current?.resizableTextArea?.textArea : input.current?.input;
    const at = field?.selectionStart ?? value.length;
    onChange(`${value.slice(0, at)}{{${name}}}${value.slice(field?.selectionEnd ?? at)}`);
    field?.focus();
  };
  const shared = {
    "aria-label": label,
    value,
    placeholder,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  return (
    <Flex gap={4} align="start">
      {rows ? (
        <Input.TextArea
          ref={area}
          {...shared}
          autoSize={{ minRows: rows, maxRows: Math.max(14, rows) }}
          maxLength={longest ?? 4000}
        />
      ) : (
        <Input ref={input} {...shared} maxLength={longest ?? 1000} />
      )}
      <Dropdown
        menu={{ items: places, onClick: ({ key }) => put(key), className: "template-places" }}
        trigger={["click"]}
        transitionName="" // gone at once: it covers the next field
      >
        <Button icon={<FunctionOutlined />} aria-label={`${insert}: ${label}`} title={insert} />
      </Dropdown>
    </Flex>
  );
}
