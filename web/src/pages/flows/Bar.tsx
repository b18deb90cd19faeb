import {
  ArrowLeftOutlined,
  CompressOutlined,
  MoreOutlined,
  PartitionOutlined,
  RedoOutlined,
  UndoOutlined,
  ZoomInOutlined,
  ZoomOutOutlined,
} from "@ant-design/icons";
import { Button, Dropdown, Flex, Modal, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Flow } from "../../lib/types";
import { useEditor } from "./editor";
import { Keyboard } from "./Keyboard";
import { SaveState } from "./SaveState";
import type { useDraft } from "./useDraft";
import type { Drawing } from "./useDrawing";

interface Props {
  row: Flow;
  draft: ReturnType<typeof useDraft>;
  drawing: Drawing;
  readOnly: boolean;
}

/** Above the drawing: its name, whether it is saved, and what is done to it as a whole. */
export function Bar({ row, draft, drawing, readOnly }: Props) {
  const { t } = useTranslation("flow");
  const canUndo = useEditor(({ history }) => history.past.length > 0);
  const canRedo = useEditor(({ history }) => history.future.length > 0);
  const [showsKeys, setShowsKeys] = useState(false);

  return (
    <Flex className="flow-bar" gap={4} align="center">
      <Link to="/exchange/flows" aria-label={t("page.back")} title={t("page.back")} className="flow-back">
        <ArrowLeftOutlined />
      </Link>
      <h1>{row.name}</h1>
      {row.number && <span className="number flow-quiet">{row.number}</span>}
      <SaveState draft={draft} readOnly={readOnly} />
      <span style={{ flex: 1 }} />
      {!readOnly && (
        <>
          <Tool label={t("bar.undo")} keys="Ctrl+Z" icon={<UndoOutlined />} off={!canUndo} onClick={drawing.undo} />
          <Tool label={t("bar.redo")} keys="Ctrl+Y" icon={<RedoOutlined />} off={!canRedo} onClick={drawing.redo} />
          <Tool label={t("bar.layout")} icon={<PartitionOutlined />} onClick={() => void drawing.tidy()} />
        </>
      )}
      <Tool label={t("bar.zoom_out")} icon={<ZoomOutOutlined />} onClick={drawing.zoomOut} />
      <Tool label={t("bar.zoom_in")} icon={<ZoomInOutlined />} onClick={drawing.zoomIn} />
      <Tool label={t("bar.fit")} icon={<CompressOutlined />} onClick={drawing.fit} />
      <Dropdown
        trigger={["click"]}
        menu={{ items: [{ key: "keys", label: t("bar.keys"), onClick: () => setShowsKeys(true) }] }}
      >
        <Button type="text" icon={<MoreOutlined />} aria-label={t("bar.more")} />
      </Dropdown>
      <Modal title={t("keyboard.title")} open={showsKeys} footer={null} onCancel={() => setShowsKeys(false)}>
        <Keyboard />
      </Modal>
    </Flex>
  );
}

interface ToolProps {
  label: string;
  keys?: string;
  icon: ReactNode;
  off?: boolean;
  onClick: () => void;
}

function Tool({ label, keys, icon, off = false, onClick }: ToolProps) {
  return (
    <Tooltip title={keys ? `${label} (${keys})` : label}>
      <Button type="text" icon={icon} aria-label={label} disabled={off} onClick={onClick} />
    </Tooltip>
  );
}
