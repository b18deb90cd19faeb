import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, DatePicker, Descriptions, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useHeld } from "../../lib/held";
import { request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import { type OwnTable, type ServiceRecord, WAITING } from "../../lib/service";
import { useMe } from "../../lib/session";
import { atSite, here } from "../../lib/zone";
import { dateTimeText } from "../../phone/time";
import { CustomerPicker } from "../../ui/CustomerPicker";
import { DrawerActions } from "../../ui/DrawerActions";
import { FieldInputs, type Values } from "../../ui/FieldForm";
import { Side } from "../../ui/fields";
import { HistoryList } from "../../ui/HistoryList";
import { PersonPicker } from "../../ui/PersonPicker";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { SideDrawer } from "../../ui/SideDrawer";
import { StatusSteps } from "../../ui/StatusSteps";
import { LeaderCard } from "./LeaderCard";

interface Fields {
  values: Values;
  memo: string;
  customer: string | null;
  owner: string | null;
  due_at: string | null;
}

interface Props {
  table: OwnTable;
  /** null: a new one. */
  id: string | null;
  /** Of a new one: whose it is, and the call in which it is made. */
  customer?: { id: string; name: string };
  journey?: string;
  onClose: () => void;
}

/** One record: its fields, the steps it may take, what was asked of the leader, and what became of it. */
export function RecordDrawer({ table, id, customer, journey, onClose }: Props) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["records", "one", id],
    queryFn: () => request<ServiceRecord>("GET", `/records/${id}`),
    enabled: id !== null,
  });
  const {
    row: record,
    key,
    typed,
    hold,
    follow,
    letGo,
  } = useHeld<ServiceRecord, Fields>(data, `record:${id ?? `new:${table.id}:${customer?.id}:${journey}`}`);
  const title = record ? `${table.name} #${record.number}` : t("records.new_in", { table: table.name });
  return (
    <SideDrawer open size={600} title={title} aria-label={title} onClose={onClose} destroyOnHidden>
      {(id === null || record) && (
        <RecordForm
          key={key}
          table={table}
          record={record}
          customer={record?.customer ?? customer ?? null}
          journey={record?.journey ?? journey ?? null}
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
  table: OwnTable;
  record: ServiceRecord | null;
  customer: { id: string; name: string } | null;
  journey: string | null;
  /** Before a reload; then it is written on. */
  typed: Fields | undefined;
  onWrite: (typed: Fields) => void;
  /** The record became this by what was done here. */
  onStep: (record: ServiceRecord) => void;
  onReload: () => void;
  onClose: () => void;
}

function RecordForm({ table, record, customer, journey, typed, onWrite, onStep, onReload, onClose }: FormProps) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { role } = useMe();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const { problem, show, clear } = useProblem(form);
  const path = `/records/${record?.id}`;
  const match = { "If-Match": `"${record?.version}"` };
  const changed = () =>
    Promise.all([["records"], ["tables"], WAITING].map((queryKey) => queries.invalidateQueries({ queryKey })));
  const act = useMutation({
    mutationFn: async (work: () => Promise<unknown>) => work(),
    onSuccess: changed,
    onMutate: clear,
    onError: (error) => {
      show(problemFrom(error, 0));
      void changed(); // somebody else may have been faster
    },
  });
  const save = (fields: Fields) =>
    act.mutate(
      () => {
        const body = { ...fields, journey };
        return record
          ? request("PUT", path, { body, headers: match })
          : request("POST", `/tables/${table.id}/records`, { body });
      },
      {
        onSuccess: () => {
          message.success(t("act.saved"));
          onClose();
        },
      },
    );
  const locked = role === "auditor" || (record?.deleted ?? false);
  const mayRestore = record?.deleted && role !== "auditor";
  const names: Record<string, string> = {
    memo: t("service.memo"),
    customer: t("service.customer"),
    owner: t("service.owner"),
    due_at: t("service.due"),
    status: t("service.status"),
    journey: t("service.call"),
  };

  return (
    <>
      <ProblemNote problem={problem} onReload={onReload} />
      {record && !record.deleted && (
        <StatusSteps
          status={record.status}
          labels={table.statuses}
          busy={act.isPending}
          onStep={(status) =>
            act.mutate(async () =>
              onStep(await request("POST", `${path}/status`, { body: { status }, headers: match })),
            )
          }
        />
      )}
      {record && (
        <LeaderCard
          table={table}
          record={record}
          onWrite={() => onWrite(form.getFieldsValue(true))}
          onDone={(now) => {
            onStep(now);
            return changed();
          }}
        />
      )}
      <Form<Fields>
        form={form}
        layout="vertical"
        disabled={locked}
        initialValues={
          typed ?? {
            values:
              record?.values ?? Object.fromEntries(table.fields.map(({ id, default: usual }) => [id, usual ?? null])),
            memo: record?.memo ?? "",
            customer: customer?.id ?? null,
            owner: record?.owner?.id ?? null,
            due_at: record?.due_at ?? null,
          }
        }
        onValuesChange={(_, all) => onWrite(all)}
        onFinish={save}
      >
        <Form.Item name="customer" label={t("service.customer")} required={table.needs_customer}>
          <CustomerPicker known={customer} />
        </Form.Item>
        <FieldInputs fields={table.fields} />
        <Form.Item name="memo" label={t("service.memo")}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 12 }} maxLength={10_000} />
        </Form.Item>
        <Side>
          <Form.Item name="owner" label={t("service.owner")}>
            <PersonPicker known={record?.owner ?? null} />
          </Form.Item>
          {table.problems && (
            <Form.Item
              name="due_at"
              label={t("service.due")}
              getValueProps={(value: string | null) => ({ value: value ? here(value) : null })}
              normalize={(value) => (value ? atSite(value).toISOString() : null)}
            >
              <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" style={{ width: "100%" }} />
            </Form.Item>
          )}
        </Side>
      </Form>
      {record && (
        <Descriptions
          size="small"
          column={2}
          style={{ marginBlockEnd: 16 }}
          items={[
            { key: "by", label: t("service.made_by"), children: record.created_by?.name || "–" },
            { key: "at", label: t("service.made"), children: dateTimeText(record.created_at, i18n.language) },
            ...(record.journey
              ? [
                  {
                    key: "call",
                    label: t("service.call"),
                    children: <Link to={`/calls/${record.journey}`}>{t("service.show_call")}</Link>,
                  },
                ]
              : []),
          ]}
        />
      )}
      <DrawerActions
        busy={act.isPending}
        name={`#${record?.number}`}
        onSave={locked ? undefined : form.submit}
        onRestore={mayRestore ? () => act.mutate(() => request("POST", `${path}/restore`)) : undefined}
        onRemove={
          record && !locked ? () => act.mutate(() => request("DELETE", path), { onSuccess: onClose }) : undefined
        }
      />
      {record && (
        <HistoryList
          path={path}
          version={record.version}
          nameOf={(name) => table.fields.find(({ id }) => `values.${id}` === name)?.label ?? names[name] ?? name}
        />
      )}
    </>
  );
}
