import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Flex, Form, Input, Popconfirm, Popover, Select } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAddress } from "../../lib/address";
import { request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import { useMe } from "../../lib/session";
import { SwitchField } from "../../ui/fields";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { type CustomerView, seenIn, shownAs } from "./views";

const VIEWS = ["customer-views"];
const ALL = "";

interface ViewForm {
  name: string;
  shared?: boolean;
  first?: boolean;
}

/** The saved views: chosen, kept, and taken away. Who opens the list without a question sees his first one. */
export function Views() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { address, set } = useAddress();
  const { data: views } = useQuery({
    queryKey: VIEWS,
    queryFn: async () => (await request<{ items: CustomerView[] }>("GET", "/customer-views")).items,
  });
  const opened = useRef(address.size > 0);
  useEffect(() => {
    if (opened.current || !views) return;
    opened.current = true;
    const first = views.find((view) => view.default);
    if (first) set(shownAs(first));
  }, [views, set]);
  const remove = useMutation({
    mutationFn: (id: string) => request("DELETE", `/customer-views/${id}`),
    onSuccess: () => {
      set(shownAs(null));
      return queries.invalidateQueries({ queryKey: VIEWS });
    },
    onError: (error) => message.error(problemFrom(error, 0).message || t("problem.unreachable")),
  });
  if (!views) return null;
  const chosen = views.find(({ id }) => id === address.get("view"));
  const options = (shared: boolean) =>
    views.filter((view) => view.shared === shared).map(({ id, name }) => ({ value: id, label: name }));
  const groups = [
    { label: t("customers.views_mine"), options: options(false) },
    { label: t("customers.views_shared"), options: options(true) },
  ].filter((group) => group.options.length > 0);
  return (
    <Flex gap={8} wrap style={{ marginBlockEnd: 8 }}>
      <Select
        aria-label={t("customers.view")}
        value={chosen?.id ?? ALL}
        options={[{ value: ALL, label: t("customers.view_all") }, ...groups]}
        onChange={(id) => set(shownAs(views.find((view) => view.id === id) ?? null))}
        style={{ minWidth: 220 }}
      />
      <Keep key={`${chosen?.id} ${chosen?.version}`} view={chosen} />
      {chosen?.may_change && (
        <Popconfirm
          title={t("act.remove_sure", { name: chosen.name })}
          okText={t("act.remove")}
          okButtonProps={{ danger: true }}
          onConfirm={() => remove.mutate(chosen.id)}
        >
          <Button type="text">{t("customers.view_remove")}</Button>
        </Popconfirm>
      )}
    </Flex>
  );
}

/** Keeps what the list shows now, in the view that is chosen or in a new one. */
function Keep({ view }: { view: CustomerView | undefined }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { role } = useMe();
  const { address, set } = useAddress();
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<ViewForm>();
  const { problem, show, clear } = useProblem(form);
  const mine = view?.may_change ? view : undefined;
  const save = useMutation({
    mutationFn: async ({ over }: { over: boolean }) => {
      const { name, shared = false, first = false } = form.getFieldsValue();
      const body = { name, shared, ...seenIn(address) };
      const saved =
        over && mine
          ? await request<CustomerView>("PUT", `/customer-views/${mine.id}`, {
              body,
              headers: { "If-Match": `"${mine.version}"` },
            })
          : await request<CustomerView>("POST", "/customer-views", { body });
      if (first !== saved.default)
        await request("PUT", "/me/customer-view", { body: { view: first ? saved.id : null } });
      return saved;
    },
    onMutate: clear,
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: VIEWS });
      set({ view: saved.id });
      setOpen(false);
    },
    onError: (error) => {
      show(problemFrom(error, 0));
      void queries.invalidateQueries({ queryKey: VIEWS });
    },
  });
  const keep = (over: boolean) => () =>
    void form.validateFields().then(
      () => save.mutate({ over }),
      () => undefined,
    );
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      open={open}
      onOpenChange={setOpen}
      content={
        <Form<ViewForm>
          name="view"
          form={form}
          layout="vertical"
          style={{ width: 280 }}
          initialValues={{ name: mine?.name ?? "", shared: mine?.shared ?? false, first: view?.default ?? false }}
        >
          <ProblemNote problem={problem} />
          <Form.Item name="name" label={t("customers.view_name")} rules={[{ required: true, whitespace: true }]}>
            <Input maxLength={60} />
          </Form.Item>
          {(role === "admin" || role === "supervisor") && (
            <SwitchField name="shared" label={t("customers.view_share")} />
          )}
          <SwitchField name="first" label={t("customers.view_first")} />
          <Flex gap={8}>
            {mine && (
              <Button type="primary" loading={save.isPending} onClick={keep(true)}>
                {t("act.save")}
              </Button>
            )}
            <Button type={mine ? "default" : "primary"} loading={save.isPending} onClick={keep(false)}>
              {t("customers.view_new")}
            </Button>
          </Flex>
        </Form>
      }
    >
      <Button>{t("customers.view_save")}</Button>
    </Popover>
  );
}
