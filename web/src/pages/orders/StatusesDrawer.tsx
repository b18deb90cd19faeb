import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form } from "antd";
import { useTranslation } from "react-i18next";
import type { OrderStatuses } from "../../api";
import { request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { SideDrawer } from "../../ui/SideDrawer";
import { bodyOfStatuses } from "../tables/form";
import { StatusRows } from "../tables/StatusRows";
import { STATUSES, useOrderStatusSet } from "./orders";

/** The statuses that orders go through, and the steps between them. */
export function StatusesDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Pick<OrderStatuses, "statuses">>();
  const { data } = useOrderStatusSet();
  const { problem, show, clear } = useProblem(form);
  const save = useMutation({
    mutationFn: () => {
      const { statuses } = form.getFieldsValue(true); // with the ids, which have no input
      const body = { statuses: bodyOfStatuses(statuses) };
      return request("PUT", "/order-statuses", { body, headers: { "If-Match": `"${data?.version}"` } });
    },
    onMutate: clear,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: STATUSES });
      await queries.invalidateQueries({ queryKey: ["orders"] });
      message.success(t("act.saved"));
      onClose();
    },
    onError: (error) => show(problemFrom(error, 0)),
  });
  return (
    <SideDrawer
      open
      size={640}
      title={t("orders.statuses")}
      onClose={onClose}
      footer={
        <Button type="primary" loading={save.isPending} onClick={form.submit}>
          {t("act.save")}
        </Button>
      }
    >
      <ProblemNote problem={problem} />
      {data && (
        <Form form={form} layout="vertical" initialValues={{ statuses: data.statuses }} onFinish={() => save.mutate()}>
          <StatusRows />
        </Form>
      )}
    </SideDrawer>
  );
}
