import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Flex, Form, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import type { Query } from "../../lib/resource";
import { FieldInputs } from "../../ui/FieldForm";
import { Side } from "../../ui/fields";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { SideDrawer } from "../../ui/SideDrawer";
import { YesNo } from "../../ui/YesNo";
import { type CustomerEdit, type EditForm, editOf } from "./bulk";
import { CUSTOMERS, type CustomerField } from "./customers";
import { useOwnerOptions, useStageOptions, useTagOptions, useTierOptions } from "./words";

interface Props {
  /** None: all that `query` finds. */
  ids: string[];
  count: number;
  query: Query;
  fields: CustomerField[];
  onClose: () => void;
  onDone: () => void;
}

/** What many customers get at once; what is left empty stays with each as it is. */
export function EditDrawer({ ids, count, query, fields, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [form] = Form.useForm<EditForm>();
  const { problem, show, clear } = useProblem(form);
  const field = Form.useWatch("field", form);
  const chosen = fields.find(({ id }) => id === field);
  const title = t("customers.edit_title", { count });
  const start = useMutation({
    mutationFn: (body: object) =>
      request<CustomerEdit>("POST", "/customers/edits", {
        body: { ...body, count, ids },
        query: ids.length ? {} : query,
      }),
    onMutate: clear,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: CUSTOMERS });
      onDone();
    },
    onError: (error) => show(problemFrom(error, 0)),
  });
  const submit = (values: EditForm) => {
    const body = editOf(values);
    if (body) start.mutate(body);
    else onClose();
  };
  return (
    <SideDrawer
      open
      size={520}
      title={title}
      aria-label={title}
      onClose={onClose}
      footer={
        <Flex gap={8}>
          <Button type="primary" loading={start.isPending} onClick={form.submit}>
            {t("customers.edit_do", { count })}
          </Button>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
        </Flex>
      }
    >
      <ProblemNote problem={problem} />
      <Typography.Paragraph type="secondary">{t("customers.edit_help")}</Typography.Paragraph>
      <Form<EditForm> name="edit" form={form} layout="vertical" onFinish={submit}>
        <Form.Item name="owners" label={t("service.owner")} extra={t("customers.edit_owners_help")}>
          <Select
            mode="multiple"
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            options={useOwnerOptions()([])}
          />
        </Form.Item>
        <Side>
          <Form.Item name="add_tags" label={t("customers.edit_add_tags")}>
            <Select mode="tags" maxCount={30} tokenSeparators={[",", "，"]} options={useTagOptions()} />
          </Form.Item>
          <Form.Item name="remove_tags" label={t("customers.edit_remove_tags")}>
            <Select mode="tags" maxCount={30} tokenSeparators={[",", "，"]} options={useTagOptions()} />
          </Form.Item>
        </Side>
        <Side>
          <Form.Item name="tier" label={t("customers.tier")}>
            <Select allowClear options={useTierOptions()} placeholder={t("customers.edit_stays")} />
          </Form.Item>
          <Form.Item name="stage" label={t("customers.stage")}>
            <Select allowClear options={useStageOptions()} placeholder={t("customers.edit_stays")} />
          </Form.Item>
        </Side>
        <Side>
          <Form.Item name="do_not_call" label={t("customers.do_not_call")}>
            <YesNo placeholder={t("customers.edit_stays")} />
          </Form.Item>
          <Form.Item name="no_mail" label={t("customers.no_mail")}>
            <YesNo placeholder={t("customers.edit_stays")} />
          </Form.Item>
        </Side>
        <Form.Item name="field" label={t("customers.edit_field")}>
          <Select
            allowClear
            placeholder={t("customers.edit_no_field")}
            showSearch={{ optionFilterProp: "label" }}
            options={fields.filter(({ unique }) => !unique).map(({ id, label }) => ({ value: id, label }))}
          />
        </Form.Item>
        {chosen && <FieldInputs key={chosen.id} fields={[{ ...chosen, required: false }]} />}
        {chosen && <Typography.Text type="secondary">{t("customers.edit_empty_help")}</Typography.Text>}
      </Form>
    </SideDrawer>
  );
}
