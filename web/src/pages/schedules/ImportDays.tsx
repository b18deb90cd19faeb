import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Form, Input, Select, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listHolidays, readHolidays } from "../../api";
import { problemFrom } from "../../lib/problem";
import { Dialog } from "../../ui/Dialog";
import { type DayRow, merged, type SpecialDay, WEEK } from "./days";

/** Brings days into the form: a list that comes with Callroom, a file (CSV, ICS), or pasted lines. */
export function ImportDays() {
  const { t, i18n } = useTranslation();
  const form = Form.useFormInstance<{ days: DayRow[] }>();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [like, setLike] = useState(1);
  const [wrong, setWrong] = useState("");
  const { data: lists } = useQuery({
    queryKey: ["holidays", like],
    queryFn: async () => (await listHolidays({ query: { like }, throwOnError: true })).data.items,
    enabled: open,
  });
  const take = (days: SpecialDay[]) => {
    form.setFieldValue("days", merged(form.getFieldValue("days") ?? [], days));
    setOpen(false);
    setText("");
    setWrong("");
  };
  const read = async () => {
    try {
      take((await readHolidays({ body: { text, like }, throwOnError: true })).data.days);
    } catch (error) {
      const problem = problemFrom(error, 0);
      setWrong(problem.errors[0]?.text || problem.message);
    }
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("schedules.import")}</Button>
      <Dialog
        title={t("schedules.import")}
        open={open}
        onCancel={() => setOpen(false)}
        onOk={() => void read()}
        okText={t("schedules.take")}
        okButtonProps={{ disabled: !text.trim() }}
        cancelText={t("act.cancel")}
      >
        <Flex vertical gap={12}>
          <Flex gap={8} align="center">
            <span style={{ flex: 1 }}>{t("schedules.make_up_like")}</span>
            <Select
              aria-label={t("schedules.make_up_like")}
              value={like}
              onChange={setLike}
              options={WEEK.map((value) => ({ value, label: t(`schedules.day_${value}`) }))}
              style={{ width: 148 }}
            />
          </Flex>
          <Select
            aria-label={t("schedules.known_list")}
            placeholder={t("schedules.known_list")}
            value={null}
            options={(lists ?? []).map(({ id, name_zh, name_en }) => ({
              value: id,
              label: i18n.language.startsWith("zh") ? name_zh : name_en,
            }))}
            onChange={(id: string | null) => take(lists?.find((one) => one.id === id)?.days ?? [])}
          />
          <Upload
            accept=".csv,.ics,.txt"
            showUploadList={false}
            beforeUpload={async (file) => {
              setText(await file.text());
              return Upload.LIST_IGNORE;
            }}
          >
            <Button>{t("schedules.file")}</Button>
          </Upload>
          <Input.TextArea
            aria-label={t("schedules.paste")}
            placeholder={t("schedules.paste")}
            rows={8}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          {wrong && <Alert type="error" showIcon title={wrong} />}
        </Flex>
      </Dialog>
    </>
  );
}
