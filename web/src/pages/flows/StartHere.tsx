import { Button, Empty } from "antd";
import { useTranslation } from "react-i18next";
import { blank } from "./blank";
import { useEditorStore } from "./editor";

/** What an empty drawing says, and an example to begin with: a greeting with two keys. */
export function StartHere({ readOnly }: { readOnly: boolean }) {
  const { t } = useTranslation("flow");
  const editor = useEditorStore();
  const begin = () => {
    const menu = {
      ...blank("menu", t("kind.menu")),
      keys: { "1": "n2", "2": "n3" },
      fallback: "n2",
      at: { x: 0, y: 0 },
    };
    editor.getState().change({
      entry: "n1",
      nodes: {
        n1: menu as ReturnType<typeof blank>,
        n2: { ...blank("go_to", `${t("kind.go_to")} 1`), at: { x: 320, y: 0 } },
        n3: { ...blank("go_to", `${t("kind.go_to")} 2`), at: { x: 320, y: 96 } },
      },
    });
  };
  return (
    <div className="flow-start">
      <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("page.empty")}>
        {!readOnly && <Button onClick={begin}>{t("page.example")}</Button>}
      </Empty>
    </div>
  );
}
