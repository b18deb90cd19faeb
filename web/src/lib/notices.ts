/** Where a notice leads: the page of what it tells of. */
export interface NoticeData {
  id: number;
  kind: string;
  subject_kind: string;
  subject_id: string;
  text: Record<string, unknown>;
  at: string;
}

export function placeOf({ subject_kind, subject_id, text }: NoticeData): string {
  switch (subject_kind) {
    case "record":
      return `/records/${String(text.table_id ?? "")}?open=${subject_id}`;
    case "follow_up":
      return `/follow-ups?open=${subject_id}`;
    case "memo":
      return `/memos?open=${subject_id}`;
    default:
      return "/inbox?tab=notices";
  }
}
