import { useQuery } from "@tanstack/react-query";
import { Alert, Card, Descriptions, Skeleton, Timeline } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { request } from "../../lib/http";
import { whenceText } from "../../lib/numbers";
import { clockText, dateTimeText, timeText } from "../../phone/time";
import { ChapterText } from "./ChapterText";
import { Player } from "./Player";
import { SurveyCard } from "./SurveyCard";
import { story } from "./story";
import type { Journey } from "./types";
import { DialNumber, DirectionWord, OutcomeWord } from "./words";

const TONE: Record<string, string> = {
  connected: "green",
  ended: "gray",
  voicemail: "purple",
  fax: "purple",
  queue: "orange",
  supervised: "gray",
};

/** One call told in order: how it came, what the caller chose, where he waited, who took it and why, how it ended. */
export default function JourneyPage() {
  const { t, i18n } = useTranslation("desk");
  const { id = "" } = useParams();
  const { data: journey, error } = useQuery({
    queryKey: ["journeys", id],
    queryFn: () => request<Journey>("GET", `/journeys/${id}`),
    refetchInterval: ({ state }) => (state.data && !state.data.ended_at ? 5_000 : false),
  });
  if (error) return <Alert type="error" showIcon title={error.message} />;
  if (!journey) return <Skeleton active />;
  const talk = journey.legs.filter((leg) => leg.party !== "caller").reduce((sum, leg) => sum + leg.talk, 0);
  const whence = whenceText(journey.whence, i18n.language);
  const other = journey.direction === "inbound" ? journey.from : journey.to;

  return (
    <div className="calls journey">
      <p>
        <Link to="/calls">‹ {t("calls.title")}</Link>
      </p>
      <header className="journey-head">
        <h1>
          <DialNumber number={other} name={journey.customer?.name} journey={journey.id} />
        </h1>
        <DirectionWord direction={journey.direction} />
        <OutcomeWord row={journey} />
        {journey.origin_journey && <Link to={`/calls/${journey.origin_journey}`}>{t("callback.asked_in")}</Link>}
      </header>
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2, lg: 4 }}
        items={[
          { key: "when", label: t("calls.column.time"), children: dateTimeText(journey.started_at, i18n.language) },
          { key: "from", label: t("journey.from"), children: journey.from },
          ...(whence ? [{ key: "whence", label: t("journey.whence"), children: whence }] : []),
          { key: "to", label: t("journey.to"), children: journey.did || journey.to },
          { key: "trunk", label: t("journey.trunk"), children: journey.trunk_name ?? "–" },
          { key: "talk", label: t("calls.column.talk"), children: clockText(talk) },
        ]}
      />
      {journey.survey && <SurveyCard survey={journey.survey} />}
      {journey.recordings.map((recording) => (
        <Card
          key={recording.id}
          size="small"
          title={t(recording.id === journey.survey?.comment ? "survey.comment" : "journey.recording", {
            time: timeText(recording.started_at, i18n.language),
          })}
        >
          {recording.seconds === null ? (
            <p className="calls-quiet">{t("journey.recording_going")}</p>
          ) : (
            <Player source={`/api/v1/recordings/${recording.id}/sound`} />
          )}
          {recording.seconds !== null && !recording.complete && (
            <p className="calls-quiet">{t("journey.recording_cut")}</p>
          )}
        </Card>
      ))}
      {journey.voicemail && (
        <Card size="small" title={t("voicemail.one")}>
          <Player source={`/api/v1/voicemails/${journey.voicemail.id}/sound`} />
        </Card>
      )}
      <Card size="small" title={t("journey.story")}>
        <Timeline
          items={story(journey).map((chapter) => ({
            key: `${chapter.kind} ${chapter.at}`,
            color: TONE[chapter.kind] ?? "blue",
            content: (
              <div className="journey-chapter">
                <time dateTime={chapter.at}>{timeText(chapter.at, i18n.language)}</time>
                <ChapterText chapter={chapter} journey={journey} />
              </div>
            ),
          }))}
        />
      </Card>
    </div>
  );
}
