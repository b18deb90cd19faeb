import { SendOutlined } from "@ant-design/icons";
import { Alert, Badge, Button, Empty, Select, Table, Tabs, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { PageFrame } from "../../ui/PageFrame";
import { FaxDrawer } from "./FaxDrawer";
import { FaxState } from "./FaxState";
import { type Fax, useFaxes, useMyBoxes, type Way } from "./faxes";
import { SendFax } from "./SendFax";

/** Faxes of this person's boxes, received and sent. The open one stands in the address (`?open=`). */
export default function FaxesPage() {
  const { t } = useTranslation();
  const { role } = useMe();
  const [address, setAddress] = useSearchParams();
  const [sending, setSending] = useState(false);
  const { data: boxes, error } = useMyBoxes();
  const way: Way = address.get("tab") === "sent" ? "out" : "in";
  const maySend = role !== "auditor" && Boolean(boxes?.length);

  return (
    <PageFrame
      title={t("faxes.title")}
      lead={t("faxes.lead")}
      extra={
        maySend && (
          <Button type="primary" icon={<SendOutlined />} onClick={() => setSending(true)}>
            {t("faxes.send")}
          </Button>
        )
      }
    >
      {error && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
      {boxes?.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("faxes.no_box")}>
          {role === "admin" && <Link to="/exchange/fax-boxes?open=new">{t("fax_boxes.new")}</Link>}
        </Empty>
      ) : (
        <Tabs
          activeKey={way}
          destroyOnHidden
          onChange={(key) => setAddress(key === "out" ? { tab: "sent" } : {}, { replace: true })}
          items={(["in", "out"] as const).map((key) => ({
            key,
            label: t(`faxes.${key}`),
            children: <FaxTable way={key} />,
          }))}
        />
      )}
      {sending && (
        <SendFax
          boxes={boxes ?? []}
          onClose={(sent) => {
            setSending(false);
            if (sent) setAddress({ tab: "sent" }, { replace: true });
          }}
        />
      )}
    </PageFrame>
  );
}

function FaxTable({ way }: { way: Way }) {
  const { t, i18n } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const [box, setBox] = useState<string>();
  const { data: boxes } = useMyBoxes();
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useFaxes(way, box);
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const show = (id: string | null) =>
    setAddress((now) => {
      const next = new URLSearchParams(now);
      if (id) next.set("open", id);
      else next.delete("open");
      return next;
    });
  const opened = rows.find((row) => row.id === address.get("open"));

  return (
    <>
      {error && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
      {(boxes?.length ?? 0) > 1 && (
        <Select
          allowClear
          aria-label={t("faxes.box")}
          placeholder={t("faxes.all_boxes")}
          value={box}
          options={boxes?.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setBox}
          style={{ width: 220, marginBlockEnd: 12 }}
        />
      )}
      <Table<Fax>
        size="small"
        rowKey="id"
        loading={isPending}
        pagination={false}
        dataSource={rows}
        onRow={(row) => ({ onClick: () => show(row.id), style: { cursor: "pointer" } })}
        locale={{ emptyText: <Empty description={t(`faxes.none_${way}`)} /> }}
        columns={[
          {
            title: t("faxes.time"),
            render: (_, row) => (
              <span>
                {row.direction === "in" && row.seen_at === null && row.state === "received" && (
                  <Badge status="processing" text={t("faxes.new")} style={{ marginInlineEnd: 8 }} />
                )}
                <time dateTime={row.created_at}>{dateTimeText(row.created_at, i18n.language)}</time>
              </span>
            ),
          },
          {
            title: t(`faxes.number_${way}`),
            className: "number",
            render: (_, row) => (
              // A link in words for keys and readers of screens; the row's click is for the mouse.
              <Typography.Link
                onClick={(event) => {
                  event.stopPropagation();
                  show(row.id);
                }}
                href={`?open=${row.id}`}
                onClickCapture={(event) => event.preventDefault()}
              >
                {row.number || t("faxes.unknown")}
              </Typography.Link>
            ),
          },
          { title: t("faxes.box"), render: (_, row) => row.box.name || t("destination.gone") },
          { title: t("faxes.pages"), align: "right", render: (_, row) => row.pages_total || "–" },
          { title: t("faxes.state"), render: (_, row) => <FaxState fax={row} /> },
          ...(way === "out"
            ? [{ title: t("faxes.by"), render: (_: unknown, row: Fax) => row.created_by?.name ?? "–" }]
            : []),
        ]}
      />
      {hasNextPage && (
        <Button block loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("faxes.more")}
        </Button>
      )}
      {opened && <FaxDrawer fax={opened} onClose={() => show(null)} />}
    </>
  );
}
