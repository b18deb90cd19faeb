import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Progress } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import { useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import type { CustomerEdit } from "./bulk";
import { CUSTOMERS, type CustomerField } from "./customers";
import { useWords } from "./words";

const AGAIN_MS = 1_000;
const SHOWN_MS = 24 * 60 * 60 * 1_000; // after it is over
const KINDS = { waiting: "info", running: "info", done: "success", failed: "error", cancelled: "warning" } as const;
const isOver = ({ state }: CustomerEdit) => KINDS[state] !== "info";

/** The last change of many customers: how far it is, and the way to take it back. */
export function Edits({ fields }: { fields: CustomerField[] }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { id } = useMe();
  const queries = useQueryClient();
  const { nameOf } = useWords(fields);
  const [closed, setClosed] = useState<string>();
  const { data } = useQuery({
    queryKey: [...CUSTOMERS, "edits"],
    queryFn: async () => (await request<{ items: CustomerEdit[] }>("GET", "/customers/edits")).items,
    refetchInterval: ({ state }) => (state.data?.every(isOver) ? false : AGAIN_MS),
  });
  const last = data?.find(({ by }) => by?.id === id);
  const over = last && isOver(last) ? last.id : undefined;
  useEffect(() => {
    if (over) void queries.invalidateQueries({ queryKey: [...CUSTOMERS, "list"] });
  }, [over, queries]);
  const undo = useMutation({
    mutationFn: (id: string) => request("POST", `/customers/edits/${id}/undo`),
    onSuccess: () => queries.invalidateQueries({ queryKey: CUSTOMERS }),
    onError: (error) => message.error(problemFrom(error, 0).message || t("problem.unreachable")),
  });
  if (!last || closed === last.id || Date.now() - Date.parse(last.at) > SHOWN_MS) return null;
  const what = last.undoes ? t("customers.edit_taken_back") : last.fields.map(nameOf).join(t("customers.and"));
  return (
    <Alert
      type={KINDS[last.state]}
      showIcon
      closable={isOver(last) ? { onClose: () => setClosed(last.id) } : false}
      style={{ marginBlockEnd: 12 }}
      title={`${dateTimeText(last.at, i18n.language)} ${t(`customers.edit_${last.state}`, { what, count: last.changed ?? last.customers })}`}
      description={
        !isOver(last) && <Progress percent={Math.floor(last.progress * 100)} size="small" aria-label={what} />
      }
      action={
        isOver(last) &&
        !last.undoes &&
        !last.undone_by && (
          <Button size="small" loading={undo.isPending} onClick={() => undo.mutate(last.id)}>
            {t("customers.edit_undo")}
          </Button>
        )
      }
    />
  );
}
