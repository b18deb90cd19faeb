import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Badge, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Notice } from "../../api";
import { request } from "../../lib/http";
import { placeOf } from "../../lib/notices";
import { usePages, WAITING } from "../../lib/service";
import { dateTimeText } from "../../phone/time";
import { PagedTable } from "../../ui/PagedTable";

/** What somebody was told of, newest first. */
export function NoticeList() {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const pages = usePages<Notice>(["notices"], "/notices", {});
  const unseen = pages.data?.pages.some((page) => page.items.some((row) => row.seen_at === null));
  const see = useMutation({
    mutationFn: (ids: number[] | null) => request("POST", "/notices/seen", { body: { ids } }),
    onSuccess: () => Promise.all([["notices"], WAITING].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
  return (
    <>
      {unseen && (
        <Button style={{ marginBlockEnd: 12 }} loading={see.isPending} onClick={() => see.mutate(null)}>
          {t("inbox.all_seen")}
        </Button>
      )}
      <PagedTable<Notice>
        pages={pages}
        empty={t("inbox.no_notices")}
        columns={[
          {
            title: t("inbox.time"),
            width: 140,
            render: (_, row) => <time dateTime={row.at}>{dateTimeText(row.at, i18n.language)}</time>,
          },
          {
            title: t("inbox.what"),
            render: (_, row) => (
              <>
                {row.seen_at === null && <Badge status="processing" style={{ marginInlineEnd: 8 }} />}
                <Link to={placeOf(row)} onClick={() => row.seen_at === null && see.mutate([row.id])}>
                  {t(`notice.${row.kind}`, row.text)}
                </Link>
              </>
            ),
          },
        ]}
      />
    </>
  );
}
