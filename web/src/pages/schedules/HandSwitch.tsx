import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Flex } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Switch, switchSchedule } from "../../api";
import { problemFrom } from "../../lib/problem";
import { useMe } from "../../lib/session";
import type { Schedule } from "../../lib/types";
import { atSite } from "../../lib/zone";
import { Section } from "../../ui/fields";
import { Now } from "./Now";

/** The switch by hand: open or closed until a time, or back to the timetable. */
export function HandSwitch({ row }: { row: Schedule }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const leads = ["admin", "supervisor"].includes(useMe().role);
  const [until, setUntil] = useState<Dayjs | null>(null);
  const turn = useMutation({
    mutationFn: async (state: Switch["state"]) => {
      const time = until && state !== "timetable" ? atSite(until.startOf("minute")) : null;
      const body = { state, until: time?.toISOString() ?? null };
      return (await switchSchedule({ path: { id: row.id }, body, throwOnError: true })).data;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["schedules"] }),
  });
  return (
    <>
      <Section>{t("schedules.switch")}</Section>
      <Now row={row} />
      {leads && (
        <Flex gap={8} wrap style={{ marginBlock: "8px 24px" }}>
          <DatePicker
            showTime={{ format: "HH:mm" }}
            format="YYYY-MM-DD HH:mm"
            aria-label={t("schedules.until")}
            placeholder={t("schedules.until_switched")}
            value={until}
            onChange={(time) => setUntil(time)}
          />
          <Button loading={turn.isPending} onClick={() => turn.mutate("open")}>
            {t("schedules.switch_open")}
          </Button>
          <Button loading={turn.isPending} onClick={() => turn.mutate("closed")}>
            {t("schedules.switch_closed")}
          </Button>
          <Button loading={turn.isPending} disabled={!row.override} onClick={() => turn.mutate("timetable")}>
            {t("schedules.switch_timetable")}
          </Button>
        </Flex>
      )}
      {turn.error && <Alert type="error" showIcon title={problemFrom(turn.error, 0).message} />}
    </>
  );
}
