import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Trunk } from "../../lib/types";
import { useLive } from "../../live/store";
import { Dash, nameColumn } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { blankTrunk, type TrunkBody, trunkBody } from "./form";
import { Lamp } from "./Lamp";
import { StateNote } from "./StateNote";
import { TrunkFields } from "./TrunkFields";

const words = (row: Trunk) => [row.name, row.host, row.username, row.caller_number];

export default function TrunksPage() {
  const { t } = useTranslation();
  const live = useLive((state) => state.trunks);
  const enrich = useCallback(
    (rows: Trunk[]) =>
      rows.map((row) => {
        const now = live[row.id];
        return now ? { ...row, state: now.state as Trunk["state"], state_detail: now.detail } : row;
      }),
    [live],
  );

  return (
    <ResourcePage<Trunk, TrunkBody>
      kind="trunks"
      texts="trunks"
      width={560}
      words={words}
      blank={blankTrunk}
      toBody={trunkBody}
      enrich={enrich}
      columns={[
        nameColumn(t("trunks.name")),
        { title: t("trunks.state"), render: (_, row) => <Lamp trunk={row} /> },
        { title: t("trunks.kind"), render: (_, row) => t(`trunks.kind_${row.kind}`) },
        { title: t("trunks.host"), render: (_, row) => (row.port === 5060 ? row.host : `${row.host}:${row.port}`) },
        { title: t("trunks.username"), dataIndex: "username", render: (name: string) => name || <Dash /> },
        {
          title: t("trunks.caller_number"),
          dataIndex: "caller_number",
          className: "number",
          render: (number: string) => number || <Dash />,
        },
        { title: t("trunks.max_calls"), dataIndex: "max_calls", align: "right" },
      ]}
      fields={(row) => (
        <>
          {row && <StateNote trunk={row} />}
          <TrunkFields hasSecret={row?.has_secret ?? false} />
        </>
      )}
    />
  );
}
