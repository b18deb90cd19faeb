import { useQuery } from "@tanstack/react-query";
import { Alert, Flex, Typography } from "antd";
import { useEffect, useState } from "react";
import { Trans, useTranslation } from "react-i18next";
import { listPromptRecordings } from "../../api";
import { BASE } from "../../lib/http";
import { clock } from "./audio";
import { Sound } from "./Sound";

const EVERY_MS = 2000;

/** What somebody records with his own phone: says what to dial, and takes what is new since this opened. */
export function RecordByPhone({ onChange }: { onChange: (recording: string | null) => void }) {
  const { t } = useTranslation();
  const [before, setBefore] = useState<string | null | undefined>(undefined);
  const { data } = useQuery({
    queryKey: ["prompt-recordings"],
    queryFn: async () => (await listPromptRecordings({ throwOnError: true })).data,
    refetchInterval: EVERY_MS,
    gcTime: 0,
  });
  const last = data?.items[0];
  const known = last?.id ?? null;
  const isNew = before !== undefined && known !== null && known !== before;

  useEffect(() => {
    if (data && before === undefined) setBefore(known);
  }, [data, before, known]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once for each recording
  useEffect(() => {
    if (isNew) onChange(known);
  }, [isNew, known]);

  if (!data) return null;
  if (!data.extension) return <Alert type="info" showIcon title={t("prompts.no_phone")} />;
  return (
    <Flex vertical gap={8}>
      <Typography.Text>
        <Trans
          i18nKey="prompts.dial"
          values={{ code: data.code, extension: data.extension }}
          components={{ b: <strong className="number" /> }}
        />
      </Typography.Text>
      {isNew && last ? (
        <>
          <Sound key={last.id} src={`${BASE}/prompt-recordings/${last.id}/sound`} name={t("prompts.recording")} />
          <Typography.Text type="secondary" className="number">
            {clock(last.seconds)}
          </Typography.Text>
        </>
      ) : (
        <Typography.Text type="secondary">{t("prompts.waiting_for_phone")}</Typography.Text>
      )}
    </Flex>
  );
}
