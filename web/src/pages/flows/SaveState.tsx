import { Alert, App, Button, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { problemFrom } from "../../lib/problem";
import { readFlow } from "./calls";
import { useEditorStore } from "./editor";
import type { Draft } from "./useDraft";

interface Props {
  draft: Draft;
  readOnly: boolean;
}

/** Whether the draft is saved; when somebody else changed it meanwhile, which of the two shall count. */
export function SaveState({ draft, readOnly }: Props) {
  const { t } = useTranslation("flow");
  if (readOnly) return <span className="flow-quiet">{t("page.read_only")}</span>;
  if (draft.state === "conflict") return <Conflict draft={draft} />;
  if (draft.state === "failed")
    return (
      <Flex gap={4} align="center" role="alert" className="flow-failed">
        {draft.problem?.message || t("save.failed")}
        <Button size="small" type="link" onClick={() => void draft.save()}>
          {t("save.again")}
        </Button>
      </Flex>
    );
  return (
    <span className="flow-quiet" role="status">
      {t(draft.state === "saved" && !draft.standing.differs ? "save.same" : `save.${draft.state}`)}
    </span>
  );
}

function Conflict({ draft }: { draft: Draft }) {
  const { t } = useTranslation("flow");
  const { message } = App.useApp();
  const editor = useEditorStore();
  const settle = async (whose: "mine" | "theirs") => {
    try {
      const { flow, standing } = await readFlow(draft.id);
      if (whose === "mine") return void (await draft.overwrite(standing.version));
      editor.getState().load(flow);
      draft.isAt(flow, standing);
    } catch (error) {
      message.error(problemFrom(error, 0).message || t("translation:problem.unreachable"));
    }
  };
  return (
    <Alert
      type="warning"
      banner
      title={t("save.conflict")}
      action={
        <Flex gap={4}>
          <Button size="small" onClick={() => void settle("theirs")}>
            {t("save.theirs")}
          </Button>
          <Button size="small" onClick={() => void settle("mine")}>
            {t("save.mine")}
          </Button>
        </Flex>
      }
    />
  );
}
