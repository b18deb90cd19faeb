import { useMemo } from "react";
import type { SegmentOut } from "../api";
import type { Kind } from "../lib/kinds";
import { useRows } from "../lib/resource";
import type {
  Extension,
  FaxBox,
  Flow,
  Prompt,
  Queue,
  RingGroup,
  Schedule,
  Skill,
  SmsTemplate,
  Survey,
  Team,
  Trunk,
  User,
} from "../lib/types";

export interface Choice {
  value: string;
  label: string;
}

function useChoices<R extends { id: string }>(kind: Kind, label: (row: R) => string): Choice[] {
  const { data } = useRows<R>(kind);
  return useMemo(() => (data ?? []).map((row) => ({ value: row.id, label: label(row) })), [data, label]);
}

const byName = (row: { name: string }) => row.name;
const byNumber = (row: Extension) => (row.name ? `${row.number} ${row.name}` : row.number);
const byPerson = (row: User) => (row.extension ? `${row.name} ${row.extension}` : row.name);

export const useQueueChoices = () => useChoices<Queue>("queues", byName);
export const useFlowChoices = () => useChoices<Flow>("ivr-flows", byName);
export const usePromptChoices = () => useChoices<Prompt>("prompts", byName);
export const useTrunkChoices = () => useChoices<Trunk>("trunks", byName);
export const useSkillChoices = () => useChoices<Skill>("skills", byName);
export const useScheduleChoices = () => useChoices<Schedule>("schedules", byName);
export const useRingGroupChoices = () => useChoices<RingGroup>("ring-groups", byName);
export const useSurveyChoices = () => useChoices<Survey>("surveys", byName);
export const useSmsTemplateChoices = () => useChoices<SmsTemplate>("sms-templates", byName);
export const useFaxBoxChoices = () => useChoices<FaxBox>("fax-boxes", byName);
export const useSegmentChoices = () => useChoices<SegmentOut>("segments", byName);
export const useTeamChoices = () => useChoices<Team>("teams", byName);
export const useExtensionChoices = () => useChoices<Extension>("extensions", byNumber);
export const useUserChoices = () => useChoices<User>("users", byPerson);

export function labelOf(choices: Choice[], value: string | null | undefined): string | undefined {
  return choices.find((choice) => choice.value === value)?.label;
}
