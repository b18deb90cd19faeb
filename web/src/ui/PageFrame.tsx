import { Typography } from "antd";
import { type ReactNode, useEffect } from "react";

interface Props {
  title: string;
  lead?: string;
  extra?: ReactNode;
  children: ReactNode;
}

/** A page's heading, the line that says what it is for, and its content. */
export function PageFrame({ title, lead, extra, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Callroom`;
  }, [title]);
  return (
    <div style={{ padding: "20px 24px 32px", maxWidth: 1440 }}>
      <div style={{ display: "flex", alignItems: "start", gap: 16, marginBlockEnd: 16 }}>
        <div style={{ flex: 1 }}>
          <Typography.Title level={1} style={{ fontSize: 20, margin: 0 }}>
            {title}
          </Typography.Title>
          {lead && <Typography.Text type="secondary">{lead}</Typography.Text>}
        </div>
        {extra}
      </div>
      {children}
    </div>
  );
}
