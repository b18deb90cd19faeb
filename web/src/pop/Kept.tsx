import { PlusOutlined } from "@ant-design/icons";
import { Button, Tag } from "antd";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerOut, FollowUpOut, MemoOut } from "../api";
import { type Order, type OwnTable, type ServiceRecord, usePages, useTables, yuan } from "../lib/service";
import { useInTab } from "../lib/typed";
import { dateTimeText } from "../phone/time";

const RecordDrawer = lazy(async () => ({ default: (await import("../pages/records/RecordDrawer")).RecordDrawer }));
const OrderDrawer = lazy(async () => ({ default: (await import("../pages/orders/OrderDrawer")).OrderDrawer }));
const MemoDrawer = lazy(async () => ({ default: (await import("../pages/memos/MemoDrawer")).MemoDrawer }));
const FollowUpDrawer = lazy(async () => ({
  default: (await import("../pages/follow-ups/FollowUpDrawer")).FollowUpDrawer,
}));

/** What is open beside the call; `id` null: a new one. A reload opens it again. */
type Open =
  | { kind: "record"; table: string; id: string | null }
  | { kind: "order" | "memo"; id: string | null }
  | { kind: "follow_up"; id: string };

interface Props {
  customer: CustomerOut;
  journey: string | null;
}

/** What is kept of the service to a customer: his problems and other records, orders, memos, calls owed to him. */
export function Kept({ customer, journey }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useInTab<Open>(`open:${journey ?? customer.id}`);
  const { data: tables = [] } = useTables();
  const { items: records } = useOf<ServiceRecord>("records", customer.id);
  const { items: orders } = useOf<Order>("orders", customer.id);
  const { items: memos } = useOf<MemoOut>("memos", customer.id);
  const { items: owed } = useOf<FollowUpOut>("follow-ups", customer.id, { state: "open" });
  const shown = tables.filter(({ in_pop }) => in_pop);
  return (
    <>
      {shown.map((table) => (
        <Records
          key={table.id}
          table={table}
          rows={records.filter((row) => row.table.id === table.id)}
          onOpen={(id) => setOpen({ kind: "record", table: table.id, id })}
        />
      ))}
      {owed.length > 0 && (
        <Part title={t("follow_ups.title")}>
          {owed.map((one) => (
            <Row key={one.id} at={one.due_at} onOpen={() => setOpen({ kind: "follow_up", id: one.id })}>
              {one.record.table.name} #{one.record.number}{" "}
              {one.overdue && <Tag color="red">{t("service.overdue")}</Tag>}
            </Row>
          ))}
        </Part>
      )}
      <Part title={t("orders.title")} add={t("orders.new")} onAdd={() => setOpen({ kind: "order", id: null })}>
        {orders.map(({ id, number, status, total, created_at }) => (
          <Row key={id} at={created_at} onOpen={() => setOpen({ kind: "order", id })}>
            #{number} ¥{yuan(total)} <Tag color={status.color}>{status.label}</Tag>
          </Row>
        ))}
      </Part>
      <Part title={t("memos.title")} add={t("memos.new")} onAdd={() => setOpen({ kind: "memo", id: null })}>
        {memos.map(({ id, text, created_at }) => (
          <Row key={id} at={created_at} onOpen={() => setOpen({ kind: "memo", id })}>
            {text}
          </Row>
        ))}
      </Part>
      {open && (
        <Opened
          key={JSON.stringify(open)}
          open={open}
          customer={customer}
          journey={journey}
          tables={tables}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

function useOf<T>(list: string, customer: string, more: Record<string, string> = {}) {
  const { data } = usePages<T>([list, "of-customer"], `/${list}`, { customer, ...more });
  return { items: data?.pages.flatMap((page) => page.items) ?? [] };
}

interface RecordsProps {
  table: OwnTable;
  rows: ServiceRecord[];
  onOpen: (id: string | null) => void;
}

/** The records of one table, those that wait for something first. */
function Records({ table, rows, onOpen }: RecordsProps) {
  const { t } = useTranslation();
  const open = rows.filter((row) => row.closed_at === null);
  const closed = rows.filter((row) => row.closed_at !== null);
  const title =
    table.problems && open.length > 0 ? t("pop.unsolved", { table: table.name, count: open.length }) : table.name;
  return (
    <Part title={title} add={t("records.new_in", { table: table.name })} onAdd={() => onOpen(null)}>
      {[...open, ...closed].map(({ id, number, status, overdue, created_at }) => (
        <Row key={id} at={created_at} onOpen={() => onOpen(id)}>
          #{number} <Tag color={status.color}>{status.label}</Tag>
          {overdue && <Tag color="red">{t("service.overdue")}</Tag>}
        </Row>
      ))}
    </Part>
  );
}

interface PartProps {
  title: string;
  add?: string;
  onAdd?: () => void;
  children: ReactNode;
}

function Part({ title, add, onAdd, children }: PartProps) {
  return (
    <section className="pop-part" aria-label={title}>
      <header>
        <h3>{title}</h3>
        {onAdd && (
          <Button type="text" size="small" icon={<PlusOutlined />} aria-label={add} title={add} onClick={onAdd} />
        )}
      </header>
      <ul className="desk-list">{children}</ul>
    </section>
  );
}

function Row({ at, onOpen, children }: { at: string; onOpen: () => void; children: ReactNode }) {
  const { i18n } = useTranslation();
  return (
    <li>
      <button type="button" className="pop-row" onClick={onOpen}>
        <span className="pop-row-what">{children}</span>
        <time dateTime={at} className="desk-quiet">
          {dateTimeText(at, i18n.language)}
        </time>
      </button>
    </li>
  );
}

interface OpenedProps extends Props {
  open: Open;
  tables: OwnTable[];
  onClose: () => void;
}

function Opened({ open, customer, journey, tables, onClose }: OpenedProps) {
  const of = { customer, ...(journey ? { journey } : {}), onClose };
  const table = open.kind === "record" ? tables.find(({ id }) => id === open.table) : undefined;
  return (
    <Suspense>
      {open.kind === "record" && table && <RecordDrawer table={table} id={open.id} {...of} />}
      {open.kind === "order" && <OrderDrawer id={open.id} {...of} />}
      {open.kind === "memo" && <MemoDrawer id={open.id} {...of} />}
      {open.kind === "follow_up" && <FollowUpDrawer id={open.id} onClose={onClose} />}
    </Suspense>
  );
}
