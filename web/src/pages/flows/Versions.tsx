import { useQuery } from "@tanstack/react-query";
import { App, Button, Empty, Flex, Popconfirm, Tag } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemFrom } from "../../lib/problem";
import { here } from "../../lib/zone";
import { ProblemNote } from "../../ui/ProblemNote";
import { SideDrawer } from "../../ui/SideDrawer";
import { readVersion, readVersions, type Version } from "./calls";
import { changesBetween, countOf } from "./changes";
import { useEditorStore, useFlow } from "./editor";
import type { Draft } from "./useDraft";

const AT_ONCE = 10;

interface Props {
  draft: Draft;
  readOnly: boolean;
  open: boolean;
  onClose: () => void;
}

/** What was published, by whom and when; each can be used again, or taken as the draft. */
export function Versions({ draft, readOnly, open, onClose }: Props) {
  const { t } = useTranslation("flow");
  const [shown, setShown] = useState(AT_ONCE);
  const { data, error } = useQuery({
    queryKey: ["flow-versions", draft.id, draft.standing.published],
    queryFn: () => readVersions(draft.id),
    enabled: open,
  });

  return (
    <SideDrawer title={t("versions.title")} aria-label={t("versions.title")} open={open} onClose={onClose} size={400}>
      {error && <ProblemNote problem={problemFrom(error, 0)} />}
      {data?.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("versions.none")} />}
      <ol className="flow-versions">
        {data?.slice(0, shown).map((version) => (
          <OneVersion key={version.number} version={version} draft={draft} readOnly={readOnly} />
        ))}
      </ol>
      {data && data.length > shown && (
        <Button onClick={() => setShown(shown + AT_ONCE)}>{t("translation:act.more")}</Button>
      )}
    </SideDrawer>
  );
}

interface OneProps {
  version: Version;
  draft: Draft;
  readOnly: boolean;
}

function OneVersion({ version, draft, readOnly }: OneProps) {
  const { t } = useTranslation("flow");
  const { message } = App.useApp();
  const editor = useEditorStore();
  const flow = useFlow();
  const { number, note, current } = version;
  const { data } = useQuery({
    queryKey: ["flow-version", draft.id, number],
    queryFn: () => readVersion(draft.id, number),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const changes = useMemo(() => data && countOf(changesBetween(data, flow)), [data, flow]);

  const take = () => {
    if (!data) return;
    editor.getState().change(data);
    message.success(t("versions.taken", { version: number }));
  };
  const restore = async () => {
    try {
      await draft.rollBack(number);
      message.success(t("versions.rolled_back", { version: number }));
    } catch (error) {
      message.error(problemFrom(error, 0).message || t("save.failed"));
    }
  };

  return (
    <li>
      <Flex gap={8} align="center">
        <strong>{t("versions.number", { version: number })}</strong>
        {current && <Tag color="processing">{t("versions.current")}</Tag>}
      </Flex>
      <span className="flow-quiet">
        {t("versions.by", {
          who: version.published_by_name || "–",
          when: here(version.published_at).format("YYYY-MM-DD HH:mm"),
        })}
      </span>
      {note && <span>{note}</span>}
      {changes !== undefined && (
        <span>{changes === 0 ? t("versions.same") : t("versions.changes", { count: changes })}</span>
      )}
      {!readOnly && (
        <Flex gap={8} style={{ marginBlockStart: 4 }}>
          {!current && (
            <Popconfirm
              title={t("versions.roll_back_sure", { version: number })}
              okText={t("versions.roll_back")}
              onConfirm={restore}
            >
              <Button size="small">{t("versions.roll_back")}</Button>
            </Popconfirm>
          )}
          <Button size="small" disabled={!changes} onClick={take}>
            {t("versions.as_draft")}
          </Button>
        </Flex>
      )}
    </li>
  );
}
