"""Recordings of conversations: found, heard, deleted."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel

from callroom.actions import sounds
from callroom.actions.users import Role
from callroom.core.numbers import Visibility, digits_of
from callroom.errors import NotFound
from callroom.http.journeys import Named, named
from callroom.http.paging import Cursor, Limit, decoded, encoded
from callroom.http.site import Me, Read, SiteDep, Write, actor_of, allow
from callroom.store import journeys as happened
from callroom.store.tables import User

router = APIRouter(prefix="/api/v1", tags=["recordings"])
Admin = Annotated[User, Depends(allow(Role.ADMIN))]


class RecordingOut(BaseModel):
    id: str
    journey: str
    started_at: datetime
    seconds: float
    complete: bool  # false: the end is missing
    agent: Named | None


class RecordingList(BaseModel):
    items: list[RecordingOut]
    next: str | None


@router.get("/recordings", operation_id="listRecordings")
async def list_recordings(
    me: Me,
    session: Read,
    limit: Limit = 50,
    cursor: Cursor = "",
    journey: Annotated[str, Query(max_length=40)] = "",
) -> RecordingList:
    """Newest first; of one journey, or of all that may be seen."""
    found = await happened.recordings(
        session,
        await happened.sight_of(session, me),
        limit=limit + 1,
        journey_id=journey,
        last=decoded(cursor) if cursor else None,
    )
    items = [
        RecordingOut(
            id=one.id,
            journey=one.journey_id,
            started_at=one.started_at,
            seconds=one.seconds,
            complete=one.complete,
            agent=named(one.agent_id, name),
        )
        for one, _, name in found[:limit]
    ]
    last = items[-1] if items and len(found) > limit else None
    return RecordingList(items=items, next=encoded(last.started_at, last.id) if last else None)


SOUND_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/wav": {}}, "description": "The whole sound"},
    206: {"content": {"audio/wav": {}}, "description": "The part asked for by Range"},
}


@router.get(
    "/recordings/{recording_id}/sound",
    operation_id="getRecordingSound",
    response_class=FileResponse,
    responses=SOUND_ANSWERS,
)
async def get_recording_sound(
    recording_id: str, me: Me, request: Request, site: SiteDep, session: Write
) -> FileResponse:
    """The sound, whole or in part; the hearing is put into the operation log."""
    found = await happened.recordings(session, await happened.sight_of(session, me), limit=1, recording_id=recording_id)
    if not found:
        raise NotFound("recording", recording_id)
    recording, journey, _ = found[0]
    file = sounds.sound_file(site.recordings, recording.path, "recording", recording_id)
    await sounds.note_hearing(session, actor_of(me, request), "recording", recording_id, site.now())
    other = journey.to_number if journey.direction == "outbound" else journey.from_number
    return FileResponse(
        file,
        media_type="audio/wav",
        filename=download_name(recording.started_at, other, me.sees),
        content_disposition_type="inline",
    )


@router.delete("/recordings/{recording_id}", status_code=204, operation_id="deleteRecording")
async def delete_recording(recording_id: str, me: Admin, request: Request, site: SiteDep, session: Write) -> None:
    found = await happened.recordings(session, happened.EVERYTHING, limit=1, recording_id=recording_id)
    if not found:
        raise NotFound("recording", recording_id)
    await sounds.delete_recording(session, actor_of(me, request), found[0][0], site.recordings, site.now())


def download_name(at: datetime, number: str, visibility: Visibility) -> str:
    """A file name that tells the call apart; of the number it holds the last four digits at most."""
    end = "" if visibility is Visibility.NAME else digits_of(number)[-4:]
    return f"{at:%Y%m%d-%H%M%S}{'-' if end else ''}{end}.wav"
