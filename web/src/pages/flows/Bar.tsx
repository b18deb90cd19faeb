import {
  ArrowLeftOutlined,
  CompressOutlined,
  HistoryOutlined,
  MoreOutlined,
  PartitionOutlined,
  RedoOutlined,
  UndoOutlined,
  ZoomInOutlined,
  ZoomOutOutlined,
} from "@ant-design/icons";
import { Button, Dropdown, Flex, Select, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Dialog } from "../../ui/Dialog";
import type { Drawn } from "./calls";
import { useEditor } from "./editor";
import { Keyboard } from "./Keyboard";
import { Publish } from "./Publish";
import { SaveState } from "./SaveState";
import type { Draft } from "./useDraft";
import type { Drawing } from "./useDrawing";
import { useFile } from "./useFile";
import { PERIODS, type Period } from "./useTraffic";
import { Versions } from "./Versions";

interface Props {
  drawn: Drawn;
  draft: Draft;
  drawing: Drawing;
  readOnly: boolean;
  period: Period;
  onPeriod: (period: Period) => void;
  noTraffic: boolean;
  onProblems: () => void;
}

/** Above the drawing: its name, whether it is saved, and what is done to it as a whole. */
export function Bar({ drawn, draft, drawing, readOnly, period, onPeriod, noTraffic, onProblems }: Props) {
  const { t } = useTranslation("flow");
  const canUndo = useEditor(({ history }) => history.past.length > 0);
  const canRedo = useEditor(({ history }) => history.future.length > 0);
  const [showsKeys, setShowsKeys] = useState(false);
  const [showsVersions, setShowsVersions] = useState(false);
  const file = useFile(drawn.name);
  const items = [
    { key: "export", label: t("bar.export"), onClick: file.put },
    ...(readOnly ? [] : [{ key: "import", label: t("bar.import"), onClick: file.take }]),
    { key: "settings", label: <Link to={`/exchange/flows?open=${draft.id}`}>{t("bar.settings")}</Link> },
    { key: "keys", label: t("bar.keys"), onClick: () => setShowsKeys(true) },
  ];

  return (
    <Flex className="flow-bar" gap={4} align="center">
      <Link to="/exchange/flows" aria-label={t("page.back")} title={t("page.back")} className="flow-back">
        <ArrowLeftOutlined />
      </Link>
      <h1>{drawn.name}</h1>
      {drawn.number && <span className="number flow-quiet">{drawn.number}</span>}
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
      <Select<Period>
        aria-label={t("traffic.label")}
        variant="borderless"
        status={noTraffic ? "error" : undefined}
        title={noTraffic ? t("traffic.unreadable") : undefined}
        value={period}
        options={PERIODS.map((value) => ({ value, label: t(`traffic.${value}`) }))}
        onChange={onPeriod}
        popupMatchSelectWidth={false}
      />
      <Button icon={<HistoryOutlined />} onClick={() => setShowsVersions(true)}>
        {t("bar.versions")}
      </Button>
      {!readOnly && <Publish draft={draft} onProblems={onProblems} />}
      <Dropdown trigger={["click"]} menu={{ items }}>
        <Button type="text" icon={<MoreOutlined />} aria-label={t("bar.more")} />
      </Dropdown>
      <Dialog title={t("keyboard.title")} open={showsKeys} footer={null} onCancel={() => setShowsKeys(false)}>
        <Keyboard />
      </Dialog>
      <Versions draft={draft} readOnly={readOnly} open={showsVersions} onClose={() => setShowsVersions(false)} />
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
