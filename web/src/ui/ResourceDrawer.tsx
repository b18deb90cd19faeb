import { App, Button, Flex, Form, Popconfirm } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useHeld } from "../lib/held";
import { problemFrom } from "../lib/problem";
import { bodyOf, formOf, type Row, useRemove, useSave } from "../lib/resource";
import { useIsAdmin } from "../lib/session";
import { ProblemNote, useProblem } from "./ProblemNote";
import type { ResourceProps } from "./ResourcePage";
import { SideDrawer } from "./SideDrawer";

interface Props<R extends Row, F extends object>
  extends Pick<
    ResourceProps<R, F>,
    | "kind"
    | "texts"
    | "nameOf"
    | "blank"
    | "toForm"
    | "toBody"
    | "fields"
    | "above"
    | "below"
    | "ask"
    | "removal"
    | "width"
  > {
  row: R | null;
  open: boolean;
  /** `made`: a row that was just made here. */
  onClose: (made?: R) => void;
}

/** The form of one row in a drawer at the side; read only for those who may not write. */
export function ResourceDrawer<R extends Row, F extends object>(props: Props<R, F>) {
  const { nameOf = ({ name }) => name ?? "", toForm = (one) => formOf(one, blank()) } = props;
  const { kind, texts, row, open, onClose, blank, toBody, fields, above, below, ask, removal, width = 520 } = props;
  const { t } = useTranslation();
  const { message } = App.useApp();
  const isAdmin = useIsAdmin();
  const [form] = Form.useForm<F>();
  const [isSaving, setSaving] = useState(false);
  const save = useSave<R>(kind);
  const remove = useRemove(kind);
  const { problem, show, clear } = useProblem(form);
  const content = useRef<HTMLDivElement>(null);
  const { row: filled, key, hold, letGo } = useHeld(row, null);
  const shown = useRef(key);
  useEffect(() => {
    if (shown.current !== key) form.resetFields();
    shown.current = key;
  }, [key, form]);

  const submit = async () => {
    if (isSaving) return;
    clear();
    setSaving(true);
    try {
      const whole = bodyOf<F>(form.getFieldsValue(true)); // what has no input too: the ids of a list's entries
      const body = toBody ? toBody(whole) : whole;
      // Another version is as good when it differs in nothing that the form holds, such as a sound that was recorded.
      const alike = row && filled && JSON.stringify(toForm(row)) === JSON.stringify(toForm(filled));
      const replaced = alike ? row : filled;
      const query = replaced && ask ? await ask(replaced, body) : {};
      if (query === null) return;
      const saved = await save.mutateAsync({ row: replaced, body, query });
      message.success(t("act.saved"));
      onClose(row ? undefined : saved);
    } catch (error) {
      show(problemFrom(error, 0));
    } finally {
      setSaving(false);
    }
  };
  const takeAway = async () => {
    if (!row) return;
    clear();
    try {
      await remove.mutateAsync(row.id);
      message.success(t("act.removed"));
      onClose();
    } catch (error) {
      show(problemFrom(error, 0));
    }
  };

  const title = row ? t(`${texts}.one`, { name: nameOf(row) }) : t(`${texts}.new`);
  const focusFirst = (shown: boolean) => {
    // Who was quicker than the drawer is in a field already, and may have a list open there.
    if (!shown || !isAdmin || content.current?.contains(document.activeElement)) return;
    const inputs = content.current?.querySelectorAll<HTMLElement>("input:enabled:not([type=radio])") ?? [];
    [...inputs].find((input) => input.offsetParent !== null)?.focus();
  };

  return (
    <SideDrawer
      title={title}
      aria-label={title}
      open={open}
      onClose={() => onClose()}
      size={width}
      destroyOnHidden
      afterOpenChange={focusFirst}
      footer={
        isAdmin && (
          <Flex gap={8}>
            <Button type="primary" loading={isSaving} onClick={form.submit}>
              {t("act.save")}
            </Button>
            <Button onClick={() => onClose()}>{t("act.cancel")}</Button>
            <span style={{ flex: 1 }} />
            {row && (
              <Popconfirm
                title={t("act.remove_sure", { name: nameOf(row) })}
                description={removal}
                okText={t("act.remove")}
                okButtonProps={{ danger: true }}
                onConfirm={takeAway}
              >
                <Button danger type="text" loading={remove.isPending}>
                  {t("act.remove")}
                </Button>
              </Popconfirm>
            )}
          </Flex>
        )
      }
    >
      <div ref={content}>
        <ProblemNote problem={problem} onReload={letGo} />
        {row && above?.(row)}
        <Form<F>
          form={form}
          layout="vertical"
          disabled={!isAdmin}
          initialValues={filled ? toForm(filled) : blank()}
          onValuesChange={hold}
          onFinish={submit}
          onKeyDown={(event) => {
            const field = event.target as HTMLElement;
            const isOurs = event.currentTarget.contains(field); // not in a dialog that a field opened
            if (event.key === "Enter" && isOurs && field.tagName === "INPUT" && !field.closest(".ant-select"))
              form.submit();
          }}
        >
          {fields(row)}
        </Form>
        {row && below?.(row)}
      </div>
    </SideDrawer>
  );
}
