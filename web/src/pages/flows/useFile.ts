import { App } from "antd";
import { useTranslation } from "react-i18next";
import { useEditorStore } from "./editor";
import { download, fileName, fileText, flowFromFile } from "./file";

/** Taking the drawing away as a file, and drawing what is in one. */
export function useFile(name: string) {
  const { t } = useTranslation("flow");
  const { message } = App.useApp();
  const editor = useEditorStore();

  const put = () => download(fileName(name), fileText(name, editor.getState().history.now));
  const take = () => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".json,application/json";
    input.onchange = async () => {
      const flow = await flowFromFile((await input.files?.[0]?.text()) ?? "");
      if (!flow) {
        message.error(t("bar.not_a_flow"));
        return;
      }
      editor.getState().change(flow);
      message.success(t("bar.imported"));
    };
    input.click();
  };
  return { put, take };
}
