import { useTranslation } from "react-i18next";
import type { Connection } from "../../lib/types";
import { nameColumn } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { ConnectionFields } from "./ConnectionFields";
import { blankConnection, type ConnectionForm, connectionBody } from "./form";
import { TryConnection } from "./TryConnection";
import { WebhookSecret } from "./WebhookSecret";

const words = (row: Connection) => [row.name, row.base_url, row.host, row.database];

function address(row: Connection): string {
  if (row.kind === "http") return row.base_url;
  return row.kind === "sqlite" ? row.database : `${row.host}:${row.port}/${row.database}`;
}

export default function ConnectionsPage() {
  const { t } = useTranslation();
  return (
    <ResourcePage<Connection, ConnectionForm>
      kind="connections"
      texts="connections"
      width={600}
      actions={<WebhookSecret />}
      words={words}
      blank={blankConnection}
      toBody={connectionBody}
      columns={[
        nameColumn(t("connections.name")),
        { title: t("connections.kind"), render: (_, row) => t(`connections.kind_${row.kind}`) },
        { title: t("connections.address"), render: (_, row) => address(row) },
        { title: t("connections.secrets"), align: "right", render: (_, row) => row.secrets.length },
      ]}
      fields={() => <ConnectionFields />}
      below={(row) => <TryConnection row={row} />}
    />
  );
}
