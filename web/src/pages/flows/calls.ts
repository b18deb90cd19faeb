/** What the editor asks of the server. All of them throw `Problem`. */
import { getIvrFlow, replaceIvrFlow } from "../../api";
import type { FlowDefinition } from "../../lib/flow";
import type { Flow } from "../../lib/types";
import "../../lib/http";
import { filledFlow } from "./blank";
import { placed } from "./layout";

/** The attendant and its draft, ready to be drawn. */
export async function readFlow(id: string): Promise<Flow> {
  const row = (await getIvrFlow({ path: { id }, throwOnError: true })).data as Flow;
  return { ...row, definition: await placed(filledFlow(row.definition)) };
}

/** The draft's new version. Status 412: somebody else saved one meanwhile. */
export async function saveDraft(id: string, definition: FlowDefinition, version: number): Promise<number> {
  const row = await readFlow(id);
  const body = { name: row.name, number: row.number, definition };
  const headers = { "If-Match": `"${version}"` };
  return (await replaceIvrFlow({ path: { id }, body: body as never, headers, throwOnError: true })).data.version;
}
