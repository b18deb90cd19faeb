/** An attendant as a file, for another site or a drawer. */
import type { FlowDefinition } from "../../lib/flow";
import { filledFlow } from "./blank";
import { NODE_KINDS } from "./kinds";
import { placed } from "./layout";

/** As the server exports it: the version of the format stands in front. */
export function fileText(name: string, definition: FlowDefinition): string {
  return `${JSON.stringify({ callroom_flow: 1, name, definition }, null, 2)}\n`;
}

export function fileName(name: string): string {
  return `${name.replace(/[\\/:*?"<>|\s]+/g, "-")}.flow.json`;
}

/** The flow in a file, ready to be drawn; null: there is none in it. */
export async function flowFromFile(text: string): Promise<FlowDefinition | null> {
  let found: { definition?: FlowDefinition } & Partial<FlowDefinition>;
  try {
    found = JSON.parse(text) ?? {};
  } catch {
    return null;
  }
  const { entry, nodes } = found.definition ?? found;
  if (typeof entry !== "string" || typeof nodes !== "object" || nodes === null || Array.isArray(nodes)) return null;
  if (!Object.values(nodes).every((node) => NODE_KINDS.includes(node?.kind))) return null;
  return placed(filledFlow({ entry, nodes }));
}

/** Offers a text for saving as a file. */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
