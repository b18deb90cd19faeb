import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, ConfigProvider, DatePicker, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import type { MemoOut } from "../../api";
import { useHeld } from "../../lib/held";
import { request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import { WAITING } from "../../lib/service";
import { useMe } from "../../lib/session";
import { atSite, here } from "../../lib/zone";
import { CustomerPicker } from "../../ui/CustomerPicker";
import { DrawerActions } from "../../ui/DrawerActions";
import { Side, SwitchField } from "../../ui/fields";
import { HistoryList } from "../../ui/HistoryList";
import { PersonPicker } from "../../ui/PersonPicker";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { SideDrawer } from "../../ui/SideDrawer";

interface Fields {
  text: string;
  customer: string | null;
  remind_at: string | null;
  remind: string | null;
  done: boolean;
}

interface Props {
  /** null: a new one. */
  id: string | null;
  /** Of a new one: whose it is, and the call in which it is made. */
  customer?: { id: string; name: string };
  journey?: string;
  onClose: () => void;
}

/** One memo, new or there. */
export function MemoDrawer({ id, customer, journey, onClose }: Props) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["memos", "one", id],
    queryFn: () => request<MemoOut>("GET", `/memos/${id}`),
    enabled: id !== null,
  });
  const {
    row: memo,
    key,
    typed,
    hold,
    letGo,
  } = useHeld<MemoOut, Fields>(data, `memo:${id ?? `new:${customer?.id}:${journey}`}`);
  return (
    <SideDrawer open size={520} title={t(id ? "memos.one" : "memos.new")} onClose={onClose} destroyOnHidden>
      {(id === null || memo) && (
        <MemoForm
          key={key}
          memo={memo}
          customer={memo?.customer ?? customer ?? null}
          journey={memo?.journey ?? journey ?? null}
          typed={typed}
          onWrite={hold}
          onReload={letGo}
          onClose={onClose}
        />
      )}
    </SideDrawer>
  );
}

interface FormProps {
  memo: MemoOut | null;
  customer: { id: string; name: string } | null;
  journey: string | null;
  /** Before a reload; then it is written on. */
  typed: Fields | undefined;
  onWrite: (typed: Fields) => void;
  onReload: () => void;
  onClose: () => void;
}

function MemoForm({ memo, customer, journey, typed, onWrite, onReload, onClose }: FormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { id: me, role } = useMe();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const { problem, show, clear } = useProblem(form);
  const path = `/memos/${memo?.id}`;
  const act = useMutation({
    mutationFn: async (work: () => Promise<unknown>) => work(),
    onMutate: clear,
    onSuccess: async () => {
      await Promise.all([["memos"], ["notices"], WAITING].map((queryKey) => queries.invalidateQueries({ queryKey })));
      message.success(t("act.saved"));
      onClose();
    },
    onError: (error) => {
      show(problemFrom(error, 0));
      void queries.invalidateQueries({ queryKey: ["memos"] }); // somebody else may have been faster
    },
  });
  const locked = role === "auditor" || (memo?.deleted ?? false);
  /** Of what others noted, an agent changes the reminder. */
  const theirs = role === "agent" && memo !== null && memo.author?.id !== me;
  const mayRestore = memo?.deleted && role !== "auditor";
  const save = (fields: Fields) =>
    act.mutate(() => {
      const body = { ...fields, journey };
      return memo
        ? request("PUT", path, { body, headers: { "If-Match": `"${memo.version}"` } })
        : request("POST", "/memos", { body });
    });
  const names: Record<string, string> = {
    text: t("memos.text"),
    customer: t("service.customer"),
    remind: t("memos.remind_whom"),
    remind_at: t("memos.remind"),
    done: t("memos.done"),
  };
  return (
    <>
      <ProblemNote problem={problem} onReload={onReload} />
      <Form<Fields>
        form={form}
        layout="vertical"
        disabled={locked}
        initialValues={
          typed ?? {
            text: memo?.text ?? "",
            customer: customer?.id ?? null,
            remind_at: memo?.remind_at ?? null,
            remind: memo?.remind?.id ?? null,
            done: memo?.done ?? false,
          }
        }
        onValuesChange={(_, all) => onWrite(all)}
        onFinish={save}
      >
        <ConfigProvider componentDisabled={locked || theirs}>
          <Form.Item name="customer" label={t("service.customer")} rules={[{ required: true }]}>
            <CustomerPicker known={customer} />
          </Form.Item>
        </ConfigProvider>
        <Form.Item
          name="text"
          label={t("memos.text")}
          rules={[{ required: true }]}
          extra={theirs && t("memos.theirs", { name: memo.author?.name ?? "" })}
        >
          <Input.TextArea autoSize={{ minRows: 4, maxRows: 16 }} maxLength={10_000} readOnly={theirs} />
        </Form.Item>
        <Side>
          <Form.Item
            name="remind_at"
            label={t("memos.remind")}
            getValueProps={(value: string | null) => ({ value: value ? here(value) : null })}
            normalize={(value) => (value ? atSite(value).toISOString() : null)}
          >
            <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item name="remind" label={t("memos.remind_whom")}>
            <PersonPicker known={memo?.remind ?? null} label={t("memos.remind_whom")} placeholder={t("memos.myself")} />
          </Form.Item>
        </Side>
        {memo?.remind_at && <SwitchField name="done" label={t("memos.done")} />}
      </Form>
      <DrawerActions
        busy={act.isPending}
        name={t("memos.one")}
        onSave={locked ? undefined : form.submit}
        onRestore={mayRestore ? () => act.mutate(() => request("POST", `${path}/restore`)) : undefined}
        onRemove={memo && !locked && !theirs ? () => act.mutate(() => request("DELETE", path)) : undefined}
      />
      {memo && <HistoryList path={path} version={memo.version} nameOf={(name) => names[name] ?? name} />}
    </>
  );
}
