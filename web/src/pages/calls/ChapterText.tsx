import { useTranslation } from "react-i18next";
import { clockText } from "../../phone/time";
import { OfferedText } from "./OfferedText";
import type { Chapter } from "./story";
import type { Journey, Leg, QueueVisit } from "./types";

/** One chapter of the story as a sentence. */
export function ChapterText({ chapter, journey }: { chapter: Chapter; journey: Journey }) {
  const { t } = useTranslation("desk");
  const nameOf = (leg: Leg) => leg.agent_name || leg.number || t("call.unknown");
  switch (chapter.kind) {
    case "arrived":
      return (
        <span>
          {t(`story.arrived.${journey.origin === "callback" ? "callback" : journey.direction}`, {
            from: journey.from,
            to: journey.did || journey.to,
          })}
        </span>
      );
    case "ivr": {
      const { label, key } = chapter.step;
      return <span>{key ? t("story.chose", { label, key }) : t("story.silent", { label })}</span>;
    }
    case "queue_closed":
      return <span>{t("story.queue_closed", { queue: chapter.queue })}</span>;
    case "queue":
      return <QueueEntered visit={chapter.visit} />;
    case "offered":
      return <OfferedText offered={chapter.offered} />;
    case "queue_left":
      return <QueueLeft visit={chapter.visit} />;
    case "rang": {
      const name = nameOf(chapter.leg);
      const missed = chapter.leg.ended_at && !chapter.leg.answered_at;
      return <span>{t(missed ? "story.rang_in_vain" : "story.rang", { name })}</span>;
    }
    case "asked":
      return <span>{t("story.asked", { by: chapter.leg.consulted_by, name: nameOf(chapter.leg) })}</span>;
    case "connected":
      return (
        <span>
          {t("story.connected", {
            name: nameOf(chapter.leg),
            talk: clockText(chapter.leg.talk),
          })}
          {chapter.leg.hold >= 1 && (
            <span className="calls-quiet">{t("story.held", { hold: clockText(chapter.leg.hold) })}</span>
          )}
        </span>
      );
    case "rejoined":
      return <span>{t("story.rejoined", { name: nameOf(chapter.leg), talk: clockText(chapter.leg.talk) })}</span>;
    case "supervised": {
      const { leader_name, mode, since, until } = chapter.part;
      const length = until && mode !== "take_over" ? (Date.parse(until) - Date.parse(since)) / 1000 : null;
      return (
        <span>
          {t(`story.supervised.${mode}`, { name: leader_name })}
          {length !== null && <span className="calls-quiet">{t("story.lasted", { length: clockText(length) })}</span>}
        </span>
      );
    }
    case "voicemail":
      return <span>{t("story.voicemail", { length: clockText(chapter.seconds) })}</span>;
    case "survey":
      return <span>{t(chapter.answered ? "story.survey" : "story.survey_unanswered", { name: chapter.name })}</span>;
    case "fax": {
      const { direction, pages, fault, ended_at } = chapter.fax;
      const part = fault ? (direction === "in" && !pages ? "_none" : "_part") : "";
      return <span>{t(ended_at ? `story.fax.${direction}${part}` : "story.fax.going", { pages })}</span>;
    }
    case "ended":
      return (
        <span>
          {t(`story.ended.${chapter.by || "system"}`, t("story.ended.system"))}
          {chapter.reason && <strong className="calls-missed">{t(`loss.${chapter.reason}`, chapter.reason)}</strong>}
        </span>
      );
  }
}

function QueueEntered({ visit }: { visit: QueueVisit }) {
  const { t } = useTranslation("desk");
  const untold = visit.choices - visit.offered.length;
  return (
    <span>
      {t("story.queue", { queue: visit.queue_name })}
      {untold > 0 && <span className="journey-why">{t("offer.untold", { count: untold })}</span>}
    </span>
  );
}

function QueueLeft({ visit }: { visit: QueueVisit }) {
  const { t } = useTranslation("desk");
  return (
    <span>
      {t(visit.reason ? `story.left_by.${visit.reason}` : `story.left.${visit.outcome}`, {
        key: visit.key,
        queue: visit.queue_name,
        agent: visit.agent_name ?? "",
        wait: clockText(visit.wait),
      })}
    </span>
  );
}
