import { Button, Form } from "antd";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../lib/preferences";
import { useSaveSettings } from "../../lib/settings";
import type { Settings } from "../../lib/types";
import { ProblemNote } from "../../ui/ProblemNote";
import { CompanyFields, NumberingFields } from "../company/CompanyFields";
import { useStep } from "./useStep";

export function CompanyStep({ settings, onDone }: { settings: Settings; onDone: () => void }) {
  const { t } = useTranslation();
  const save = useSaveSettings();
  const { language, choose } = usePreferences();
  const { form, busy, problem, submit } = useStep<Settings>(
    (change) => save.mutateAsync({ was: settings, change }),
    onDone,
  );
  const fresh = !settings.version;

  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={fresh ? { ...settings, language } : settings}
      onValuesChange={(change: Partial<Settings>) => {
        if (change.language) choose({ language: change.language }, true);
      }}
      onFinish={submit}
    >
      <ProblemNote problem={problem} />
      <CompanyFields autoFocus />
      <NumberingFields />
      <Button type="primary" htmlType="submit" loading={busy}>
        {t("setup.next")}
      </Button>
    </Form>
  );
}
