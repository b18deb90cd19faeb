import { Button, Flex, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";

interface Props {
  busy: boolean;
  /** Each left out when it may not be done. */
  onSave?: (() => void) | undefined;
  onRestore?: (() => void) | undefined;
  onRemove?: (() => void) | undefined;
  /** Of what is removed, and what to know of that. */
  name: string;
  removal?: string;
}

/** What is done with the row of a drawer as a whole. */
export function DrawerActions({ busy, onSave, onRestore, onRemove, name, removal }: Props) {
  const { t } = useTranslation();
  return (
    <Flex gap={8}>
      {onSave && (
        <Button type="primary" loading={busy} onClick={onSave}>
          {t("act.save")}
        </Button>
      )}
      <span style={{ flex: 1 }} />
      {onRestore && (
        <Button loading={busy} onClick={onRestore}>
          {t("service.restore")}
        </Button>
      )}
      {onRemove && (
        <Popconfirm
          title={t("act.remove_sure", { name })}
          description={removal}
          okText={t("act.remove")}
          okButtonProps={{ danger: true }}
          onConfirm={onRemove}
        >
          <Button danger type="text">
            {t("act.remove")}
          </Button>
        </Popconfirm>
      )}
    </Flex>
  );
}
