import { InfoCircleOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";

interface Props {
  title: string;
  detail?: string;
  action?: ReactNode;
}

/** A page that has nothing to show but one sentence and a way on. */
export function Notice({ title, detail, action }: Props) {
  return (
    <div role="alert" style={{ maxWidth: 480, margin: "96px auto", paddingInline: 24, textAlign: "center" }}>
      <InfoCircleOutlined style={{ fontSize: 32, opacity: 0.4 }} />
      <h1 style={{ fontSize: 18, margin: "16px 0 8px" }}>{title}</h1>
      {detail && <p style={{ opacity: 0.65, margin: "0 0 16px" }}>{detail}</p>}
      {action}
    </div>
  );
}

export function LoadAgain({ text, onClick }: { text: string; onClick: () => void }) {
  return (
    <Button type="primary" onClick={onClick}>
      {text}
    </Button>
  );
}
