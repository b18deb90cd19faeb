import { PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Empty, Flex, Input, Table, type TableColumnsType } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useAddress } from "../lib/address";
import type { Kind } from "../lib/kinds";
import { type Query, type Row, useRows } from "../lib/resource";
import { useIsAdmin } from "../lib/session";
import { PageFrame } from "./PageFrame";
import { ResourceDrawer } from "./ResourceDrawer";

export interface ResourceProps<R extends Row, F extends object> {
  /** The resource's name in the API, such as `queues`. */
  kind: Kind;
  /** Where its texts are in the language files: title, lead, new, one, empty. */
  texts: string;
  columns?: TableColumnsType<R>;
  /** In place of the table; `open` opens a row's form, `all`: no row is left out by the search. */
  list?: (rows: R[], open: (id: string) => void, all: boolean) => ReactNode;
  /** The words by which a row is found; its name and number when left out. */
  words?: (row: R) => (string | null | undefined)[];
  /** Its name when left out. */
  nameOf?: (row: R) => string;
  /** Form values of a new row, and of one that is there: the row's own when left out. */
  blank: () => F;
  toForm?: (row: R) => F;
  /** What is sent; the form's own values when left out. A field that was emptied is null. */
  toBody?: (form: F) => unknown;
  fields: (row: R | null) => ReactNode;
  /** Above and under the form of a row that is there: what belongs to it but is saved by itself. */
  above?: (row: R) => ReactNode;
  below?: (row: R) => ReactNode;
  /** Beside the button for a new row. */
  actions?: ReactNode;
  aside?: ReactNode;
  enrich?: (rows: R[]) => R[];
  /** Before a row that is there is replaced: what the request says beside it, null when it shall not be sent at all. */
  ask?: (row: R, body: unknown) => Promise<Query | null>;
  /** What to know before a row is removed. */
  removal?: string;
  width?: number;
  /** Where a row leads when it has a page of its own; without this its form opens. */
  pageOf?: (row: R) => string;
  /** "elsewhere": new rows come by another way, such as an upload; no button for them. */
  made?: "here" | "elsewhere";
}

const nameAndNumber = ({ name, number }: Row) => [name, number];

/** A page of rows: search, table, and a drawer with the form. The open row stands in the address (`?open=`). */
export function ResourcePage<R extends Row, F extends object>(props: ResourceProps<R, F>) {
  const {
    kind,
    texts,
    columns = [],
    list,
    words = nameAndNumber,
    actions,
    aside,
    enrich,
    pageOf,
    made = "here",
  } = props;
  const { t } = useTranslation();
  const isAdmin = useIsAdmin();
  const { open, show } = useAddress();
  const navigate = useNavigate();
  const [wanted, setWanted] = useState("");
  const { data, error, isPending, refetch } = useRows<R>(kind);

  const all = useMemo(() => (enrich ? enrich(data ?? []) : (data ?? [])), [data, enrich]);
  const rows = useMemo(() => {
    const sought = wanted.trim().toLowerCase();
    return sought ? all.filter((row) => words(row).join(" ").toLowerCase().includes(sought)) : all;
  }, [all, wanted, words]);
  const opened = open && open !== "new" ? all.find((row) => row.id === open) : undefined;

  const newButton = isAdmin && made === "here" && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => show("new")}>
      {t(`${texts}.new`)}
    </Button>
  );
  const nothing = wanted ? (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("table.not_found")} />
  ) : (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t(`${texts}.empty`)}>
      {newButton}
    </Empty>
  );

  return (
    <PageFrame title={t(`${texts}.title`)} lead={t(`${texts}.lead`)}>
      {error && (
        <Alert
          type="error"
          showIcon
          title={error.message || t("problem.unreachable")}
          action={<Button onClick={() => void refetch()}>{t("frame.load_again")}</Button>}
          style={{ marginBlockEnd: 16 }}
        />
      )}
      {aside}
      <Flex gap={8} align="center" style={{ marginBlockEnd: 12 }} wrap>
        <Input.Search
          allowClear
          aria-label={t("table.search")}
          placeholder={t("table.search")}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          style={{ width: 264 }}
        />
        <span style={{ flex: 1 }} />
        {isAdmin && actions}
        {newButton}
      </Flex>
      {list && rows.length > 0 ? (
        list(rows, show, rows.length === all.length)
      ) : (
        <Table<R>
          rowKey="id"
          size="small"
          columns={columns}
          showHeader={columns.length > 0}
          dataSource={rows}
          loading={isPending}
          scroll={{ x: "max-content" }}
          locale={{ emptyText: isPending ? " " : nothing }}
          pagination={rows.length > 50 ? { pageSize: 50, showSizeChanger: false, size: "small" } : false}
          onRow={(row) => ({
            onClick: () => (pageOf ? navigate(pageOf(row)) : show(row.id)),
            style: { cursor: "pointer" },
          })}
        />
      )}
      <ResourceDrawer<R, F>
        {...props}
        key={open ?? "closed"}
        row={opened ?? null}
        open={open === "new" ? isAdmin : opened !== undefined}
        onClose={(made) => (made && pageOf ? navigate(pageOf(made)) : show(null))}
      />
    </PageFrame>
  );
}
