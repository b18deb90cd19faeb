import { Alert, Badge, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { SmsGatewayOut } from "../../api";
import { nameColumn } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { blankGateway, type GatewayForm, gatewayBody, gatewayForm } from "./form";
import { GatewayFields } from "./GatewayFields";
import { SmsRules } from "./SmsRules";
import { TestGateway } from "./TestGateway";

const words = (row: SmsGatewayOut) => [row.name, row.options.kind];

/** The ways by which text messages go, and the site's rules for them. */
export default function SmsGatewaysPage() {
  const { t } = useTranslation();
  return (
    <ResourcePage<SmsGatewayOut, GatewayForm>
      kind="sms-gateways"
      texts="sms_gateways"
      width={640}
      words={words}
      blank={blankGateway}
      toForm={gatewayForm}
      toBody={(form) => gatewayBody(form, true)}
      aside={<SmsRules />}
      columns={[
        nameColumn(t("sms_gateways.name")),
        { title: t("sms_gateways.kind"), render: (_, row) => t(`sms_gateways.kind_${row.options.kind}`) },
        { title: t("sms_gateways.state"), render: (_, row) => <GatewayState row={row} /> },
        { title: t("sms_gateways.waiting"), align: "right", dataIndex: "waiting" },
      ]}
      fields={(row) => <GatewayFields row={row} />}
      below={(row) => (
        <>
          {row.state === "away" && (
            <Alert
              type="warning"
              showIcon
              title={row.why_text}
              description={row.told || undefined}
              style={{ marginBlockEnd: 16 }}
            />
          )}
          <TestGateway row={row} />
        </>
      )}
    />
  );
}

function GatewayState({ row }: { row: SmsGatewayOut }) {
  const { t } = useTranslation();
  if (!row.enabled) return <Badge status="default" text={t("sms_gateways.off")} />;
  const status = ({ ready: "success", away: "error", unknown: "default" } as const)[row.state];
  return (
    <Tooltip title={row.why_text}>
      <Badge status={status} text={t(`sms_gateways.state_${row.state}`)} />
    </Tooltip>
  );
}
