import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useHeld } from "../../lib/held";
import { request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import { type Order, yuan } from "../../lib/service";
import { useMe } from "../../lib/session";
import { CustomerPicker } from "../../ui/CustomerPicker";
import { DrawerActions } from "../../ui/DrawerActions";
import { HistoryList } from "../../ui/HistoryList";
import { PersonPicker } from "../../ui/PersonPicker";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { SideDrawer } from "../../ui/SideDrawer";
import { StatusSteps } from "../../ui/StatusSteps";
import { OrderLines } from "./OrderLines";
import { bodyOfLines, type LineForm, useOrderStatuses } from "./orders";

interface Fields {
  customer: string | null;
  lines: LineForm[];
  owner: string | null;
  memo: string;
}

const blankLine = (): LineForm => ({ product: null, quantity: 1, price: null, discount: null });

interface Props {
  /** null: a new one. */
  id: string | null;
  /** Of a new one: whose it is, and the call in which it is made. */
  customer?: { id: string; name: string };
  journey?: string;
  onClose: () => void;
}

/** One order, new or there. */
export function OrderDrawer({ id, customer, journey, onClose }: Props) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["orders", "one", id],
    queryFn: () => request<Order>("GET", `/orders/${id}`),
    enabled: id !== null,
  });
  const {
    row: order,
    key,
    typed,
    hold,
    follow,
    letGo,
  } = useHeld<Order, Fields>(data, `order:${id ?? `new:${customer?.id}:${journey}`}`);
  const title = order ? t("orders.one", { number: order.number }) : t("orders.new");
  return (
    <SideDrawer open size={680} title={title} aria-label={title} onClose={onClose} destroyOnHidden>
      {(id === null || order) && (
        <OrderForm
          key={key}
          order={order}
          customer={order?.customer ?? customer ?? null}
          journey={order?.journey ?? journey ?? null}
          typed={typed}
          onWrite={hold}
          onStep={follow}
          onReload={letGo}
          onClose={onClose}
        />
      )}
    </SideDrawer>
  );
}

interface FormProps {
  order: Order | null;
  customer: { id: string; name: string } | null;
  journey: string | null;
  /** Before a reload; then it is written on. */
  typed: Fields | undefined;
  onWrite: (typed: Fields) => void;
  /** The order became this by what was done here. */
  onStep: (order: Order) => void;
  onReload: () => void;
  onClose: () => void;
}

function OrderForm({ order, customer, journey, typed, onWrite, onStep, onReload, onClose }: FormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { role } = useMe();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const { data: statuses = [] } = useOrderStatuses();
  const { problem, show, clear } = useProblem(form);
  const path = `/orders/${order?.id}`;
  const match = { "If-Match": `"${order?.version}"` };
  const changed = () => queries.invalidateQueries({ queryKey: ["orders"] });
  const act = useMutation({
    mutationFn: async (work: () => Promise<unknown>) => work(),
    onMutate: clear,
    onSuccess: changed,
    onError: (error) => {
      show(problemFrom(error, 0));
      void changed(); // somebody else may have been faster
    },
  });
  const mayWrite = role !== "auditor";
  const locked = !mayWrite || (order !== null && (order.deleted || order.closed_at !== null));
  const save = ({ lines, ...rest }: Fields) =>
    act.mutate(
      () => {
        const body = { ...rest, lines: bodyOfLines(lines), journey };
        return order ? request("PUT", path, { body, headers: match }) : request("POST", "/orders", { body });
      },
      {
        onSuccess: () => {
          message.success(t("act.saved"));
          onClose();
        },
      },
    );
  const names: Record<string, string> = {
    memo: t("service.memo"),
    customer: t("service.customer"),
    owner: t("service.owner"),
    status: t("service.status"),
    lines: t("orders.lines"),
    total: t("orders.total"),
    journey: t("service.call"),
  };
  const told = (name: string, value: unknown) =>
    name === "total" && typeof value === "number"
      ? `¥${yuan(value)}`
      : name === "lines" && Array.isArray(value)
        ? value.map(([product, quantity]) => `${product} × ${quantity}`).join(", ")
        : String(value ?? "–");

  return (
    <>
      <ProblemNote problem={problem} onReload={onReload} />
      {order && !order.deleted && (
        <StatusSteps
          status={order.status}
          labels={statuses}
          busy={act.isPending}
          onStep={(status) =>
            act.mutate(async () =>
              onStep(await request("POST", `${path}/status`, { body: { status }, headers: match })),
            )
          }
        />
      )}
      <Form<Fields>
        form={form}
        layout="vertical"
        disabled={locked}
        initialValues={
          typed ?? {
            customer: customer?.id ?? null,
            owner: order?.owner?.id ?? null,
            memo: order?.memo ?? "",
            lines: order?.lines.map(({ product, quantity, price, discount }) => ({
              product,
              quantity,
              price: price / 100,
              discount: discount ? discount / 100 : null,
            })) ?? [blankLine()],
          }
        }
        onValuesChange={(_, all) => onWrite(all)}
        onFinish={save}
      >
        <Form.Item name="customer" label={t("service.customer")} rules={[{ required: true }]}>
          <CustomerPicker known={customer} />
        </Form.Item>
        <Form.Item label={t("orders.lines")} required style={{ marginBlockEnd: 0 }}>
          <OrderLines sold={order?.lines ?? []} />
        </Form.Item>
        <Form.Item name="owner" label={t("service.owner")}>
          <PersonPicker known={order?.owner ?? null} />
        </Form.Item>
        <Form.Item name="memo" label={t("service.memo")}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={10_000} />
        </Form.Item>
      </Form>
      {order?.journey && <Link to={`/calls/${order.journey}`}>{t("service.show_call")}</Link>}
      <DrawerActions
        busy={act.isPending}
        name={`#${order?.number}`}
        onSave={locked ? undefined : form.submit}
        onRestore={mayWrite && order?.deleted ? () => act.mutate(() => request("POST", `${path}/restore`)) : undefined}
        onRemove={
          mayWrite && order && !order.deleted
            ? () => act.mutate(() => request("DELETE", path), { onSuccess: onClose })
            : undefined
        }
      />
      {order && (
        <HistoryList path={path} version={order.version} nameOf={(name) => names[name] ?? name} wordsOf={told} />
      )}
    </>
  );
}
