import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import { useIsAdmin, useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { DrawerActions } from "../../ui/DrawerActions";
import { FieldInputs } from "../../ui/FieldForm";
import { Side, SwitchField } from "../../ui/fields";
import { PersonPicker } from "../../ui/PersonPicker";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { bodyOf, CUSTOMERS, type Customer, type CustomerField, type CustomerForm, formOf, HIDDEN } from "./customers";
import { PhoneRows } from "./PhoneRows";
import { useStageOptions, useTagOptions, useTierOptions, useWords } from "./words";

interface Props {
  /** null: a new one. */
  customer: Customer | null;
  fields: CustomerField[];
  /** Before a reload; then it is written on. */
  typed: CustomerForm | undefined;
  onWrite: (typed: CustomerForm) => void;
  /** Takes what is stored now instead of what was written. */
  onReload: () => void;
  onClose: () => void;
}

/** All that is kept of a customer, to read and to write. */
export function CustomerCard({ customer, fields, typed, onWrite, onReload, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { id: me, role } = useMe();
  const isAdmin = useIsAdmin();
  const queries = useQueryClient();
  const [form] = Form.useForm<CustomerForm>();
  const { problem, show, clear } = useProblem(form);
  const { nameOf } = useWords(fields);
  const locked = role === "auditor";
  const path = `/customers/${customer?.id}`;
  const act = useMutation({
    mutationFn: async (work: () => Promise<unknown>) => work(),
    onMutate: clear,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: CUSTOMERS });
      onClose();
    },
    onError: (error) => {
      show(problemFrom(error, 0));
      void queries.invalidateQueries({ queryKey: CUSTOMERS }); // somebody else may have been faster
    },
  });
  const save = (shared: boolean) => () => {
    const written: CustomerForm = form.getFieldsValue(true); // with the phones' ids, which have no input
    const body = { ...bodyOf(written, customer), ...(shared ? { shared_phones: true } : {}) };
    if (customer && Object.keys(body).length === 0) return onClose();
    act.mutate(
      () =>
        customer
          ? request("PATCH", path, { body, headers: { "If-Match": `"${customer.version}"` } })
          : request("POST", "/customers", { body }),
      { onSuccess: () => message.success(t("act.saved")) },
    );
  };
  const remove = () =>
    act.mutate(() => request("DELETE", path), { onSuccess: () => message.success(t("customers.removed")) });
  const leaveToRules = () =>
    act.mutate(() => request("POST", `${path}/leave-to-rules`), {
      onSuccess: () => message.success(t("customers.left_to_rules")),
    });
  const isTaken = problem?.errors.some(({ field, rule }) => field === "phones" && rule === "taken");
  const both = problem?.status === 412 ? problem.errors.map(({ field }) => nameOf(field)) : [];

  return (
    <>
      <ProblemNote problem={problem} onReload={onReload} />
      {both.length > 0 && (
        <Typography.Paragraph>
          {t("customers.both_changed", { fields: both.join(t("customers.and")) })}
        </Typography.Paragraph>
      )}
      {isTaken && (
        <Button
          style={{ marginBlockEnd: 16 }}
          loading={act.isPending}
          onClick={() => void form.validateFields().then(save(true), () => undefined)}
        >
          {t("customers.share_phone")}
        </Button>
      )}
      <Form<CustomerForm>
        form={form}
        layout="vertical"
        disabled={locked}
        initialValues={typed ?? formOf(customer, fields)}
        onValuesChange={() => onWrite(form.getFieldsValue(true))}
        onFinish={save(false)}
      >
        <Side>
          <Form.Item name="name" label={t("customers.name")} rules={[{ required: true, whitespace: true }]}>
            <Input maxLength={80} />
          </Form.Item>
          <Form.Item name="company" label={t("customers.company")}>
            <Input maxLength={120} />
          </Form.Item>
        </Side>
        <PhoneRows customer={customer} locked={locked} />
        <Side>
          <Form.Item name="tier" label={t("customers.tier")}>
            <Select options={useTierOptions()} />
          </Form.Item>
          <Form.Item name="stage" label={t("customers.stage")}>
            <Select options={useStageOptions()} />
          </Form.Item>
          <Form.Item name="owner" label={t("service.owner")}>
            <PersonPicker
              known={customer?.owner ? { id: customer.owner, name: customer.owner_name ?? "" } : null}
              locked={role === "agent" && ![undefined, null, me].includes(customer?.owner)}
            />
          </Form.Item>
        </Side>
        <Form.Item name="tags" label={t("customers.tags")}>
          <Select mode="tags" maxCount={30} tokenSeparators={[",", "，"]} options={useTagOptions()} />
        </Form.Item>
        {customer && customer.by_hand.length > 0 && (
          <Typography.Paragraph type="secondary">
            {t("customers.by_hand")}{" "}
            {!locked && (
              <Button type="link" size="small" loading={act.isPending} onClick={leaveToRules}>
                {t("customers.leave_to_rules")}
              </Button>
            )}
          </Typography.Paragraph>
        )}
        <SwitchField name="do_not_call" label={t("customers.do_not_call")} help={t("customers.do_not_call_help")} />
        <SwitchField name="no_mail" label={t("customers.no_mail")} help={t("customers.no_mail_help")} />
        <Form.Item name="memo" label={t("service.memo")}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 12 }} maxLength={10_000} />
        </Form.Item>
        {fields.map((field) =>
          customer?.values[field.id] === HIDDEN ? (
            <Form.Item key={field.id} label={field.label}>
              <Input disabled value={HIDDEN} aria-label={field.label} />
            </Form.Item>
          ) : (
            <FieldInputs key={field.id} fields={[field]} />
          ),
        )}
      </Form>
      {customer && (
        <Typography.Paragraph type="secondary">
          {t("service.made")} {dateTimeText(customer.created_at, i18n.language)} · {t("customers.updated")}{" "}
          {dateTimeText(customer.updated_at, i18n.language)}
        </Typography.Paragraph>
      )}
      <DrawerActions
        busy={act.isPending}
        name={customer?.name ?? ""}
        removal={t("customers.remove_help")}
        onSave={locked ? undefined : form.submit}
        onRemove={customer && isAdmin ? remove : undefined}
      />
    </>
  );
}
