/** What makes a new site one where calls arrive: who takes them, and where they go. */
import { createExtension, createInboundRoute, createOutboundRoute, createQueue, getUser, replaceUser } from "../../api";
import { formOf, wholeList } from "../../lib/resource";
import type { Extension, Language, Queue, User } from "../../lib/types";
import { blankPerson, personBody } from "../people/form";

const FIRST_NUMBER = 100;

/** The lowest number from 100 on that no extension has. */
export function freeNumber(taken: string[]): string {
  let number = FIRST_NUMBER;
  while (taken.includes(String(number))) number++;
  return String(number);
}

async function change(person: User, changes: Partial<User>): Promise<void> {
  await replaceUser({
    path: { id: person.id },
    headers: { "If-Match": `"${person.version}"` },
    body: personBody({ ...formOf(person, blankPerson()), ...changes }),
    throwOnError: true,
  });
}

async function ownExtension(name: string): Promise<string> {
  const number = freeNumber((await wholeList<Extension>("extensions")).map((one) => one.number));
  return (await createExtension({ body: { number, name }, throwOnError: true })).data.id;
}

/**
 * Let everybody who takes calls and has no queue yet serve all queues there are; `myself`: this person becomes one of
 * them, with an extension of his own. Throws `Problem`.
 */
export async function putToWork(myself: string | null): Promise<void> {
  const queues = (await wholeList<Queue>("queues")).map((queue) => queue.id);
  if (myself) {
    const me = (await getUser({ path: { id: myself }, throwOnError: true })).data as User;
    await change(me, { takes_calls: true, extension_id: me.extension_id ?? (await ownExtension(me.name)), queues });
  }
  if (queues.length === 0) return;
  for (const person of await wholeList<User>("users"))
    if (person.active && person.takes_calls && person.extension_id && person.queues.length === 0)
      await change(person, { queues });
}

/** A first queue for all calls of a new trunk, and the way out over it; ways that exist are left alone. */
export async function leadCalls(trunk: { id: string; name: string }, queue: string, language: Language): Promise<void> {
  const [first] = await wholeList<Queue>("queues");
  const id = first?.id ?? (await createQueue({ body: { name: queue, language }, throwOnError: true })).data.id;
  const { name } = trunk;
  await createInboundRoute({
    body: { name, did: "", trunk_id: trunk.id, destination: { kind: "queue", id }, language },
    throwOnError: true,
  });
  await createOutboundRoute({ body: { name, pattern: "X.", trunk_ids: [trunk.id] }, throwOnError: true });
}
