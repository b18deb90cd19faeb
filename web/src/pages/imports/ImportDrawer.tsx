import { Alert, Flex, Spin, Steps } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SideDrawer } from "../../ui/SideDrawer";
import { type Choices, useImport } from "./imports";
import { MapStep } from "./MapStep";
import { PreviewStep } from "./PreviewStep";
import { ResultStep } from "./ResultStep";
import { UploadStep } from "./UploadStep";

interface Props {
  id: string | null; // null: a new one
  onOpen: (id: string) => void;
  onClose: () => void;
}

/** The way of one import, from its file to what became of it. */
export function ImportDrawer({ id, onOpen, onClose }: Props) {
  const { t } = useTranslation();
  const { data: made, error } = useImport(id);
  const [choices, setChoices] = useState<Choices | null>(null);
  const [looking, setLooking] = useState(false);
  const unread = !made || made.state === "reading" || (made.state === "failed" && made.heads.length === 0);
  const step = id === null || unread ? 0 : made.state !== "ready" ? 3 : looking ? 2 : 1;

  return (
    <SideDrawer
      open
      size={1080}
      title={made ? made.file_name : t("imports.new")}
      onClose={onClose}
      styles={{ body: { paddingBlockStart: 16 } }}
    >
      <Flex vertical gap={20}>
        <Steps
          size="small"
          current={step}
          items={(["upload", "map", "look", "result"] as const).map((name) => ({ title: t(`imports.step.${name}`) }))}
        />
        {error && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
        {id === null && <UploadStep onDone={onOpen} />}
        {made?.state === "reading" && (
          <Flex vertical align="center" gap={12} style={{ paddingBlock: 48 }} role="status">
            <Spin />
            {t("imports.reading")}
          </Flex>
        )}
        {step === 0 && made?.fault && (
          <>
            <Alert type="error" showIcon title={t("imports.unreadable")} description={made.fault} />
            <UploadStep onDone={onOpen} />
          </>
        )}
        {made && step === 1 && (
          <MapStep
            of={made}
            choices={choices ?? made}
            onChange={setChoices}
            onNext={(chosen) => {
              setChoices(chosen);
              setLooking(true);
            }}
          />
        )}
        {made && choices && step === 2 && <PreviewStep of={made} choices={choices} onBack={() => setLooking(false)} />}
        {made && step === 3 && <ResultStep of={made} onClose={onClose} />}
      </Flex>
    </SideDrawer>
  );
}
