import { useQuery } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { Notice } from "../../shell/Notice";
import { Waiting } from "../../shell/Waiting";
import { type Drawn, readFlow } from "./calls";
import { EditorContext, newEditor } from "./editor";
import { FlowEditor } from "./FlowEditor";
import "./flow.css";
import { WordsProvider } from "./words";

/** The drawing of one attendant. It is read once: from then on what is on the screen counts, and is saved. */
export default function FlowPage() {
  const { t } = useTranslation("flow");
  const { id = "" } = useParams();
  const { data, error } = useQuery({
    queryKey: ["flow-drawing", id],
    queryFn: () => readFlow(id),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (error) return <Notice title={error.message || t("page.gone")} />;
  if (!data) return <Waiting />;
  return <Opened key={id} id={id} drawn={data} />;
}

function Opened({ id, drawn }: { id: string; drawn: Drawn }) {
  const [editor] = useState(() => newEditor(drawn.flow));
  return (
    <EditorContext value={editor}>
      <WordsProvider>
        <ReactFlowProvider>
          <FlowEditor id={id} drawn={drawn} editor={editor} />
        </ReactFlowProvider>
      </WordsProvider>
    </EditorContext>
  );
}
