"""Messages sent by mail to the owners of their boxes, with the sound attached."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, jobs, sounds
from callroom.actions.mail import Attachment, Mail
from callroom.actions.settings import read_settings
from callroom.core.numbers import Visibility, digits_of, hidden, least
from callroom.store.tables import Extension, Queue, QueueMember, User, Voicemail, VoicemailBox

# Chinese, English; nothing of the mail is said by the caller, so nobody else writes in it
SUBJECT = ("新留言：{caller}（{box}）", "New voice message from {caller} ({box})")
UNKNOWN = ("未知号码", "an unknown number")
TEXT = (
    "{box} 收到一条留言。\n\n时间：{time}\n来电号码：{caller}\n时长：{length}\n",
    "There is a message for {box}.\n\nTime: {time}\nCaller: {caller}\nLength: {length}\n",
)
ATTACHED = ("\n留言录音见附件。\n", "\nThe sound is attached.\n")
DELETED = ("发出本邮件后，留言已从留言箱删除。\n", "The message was deleted from the box with this mail.\n")
LINK = ("\n在页面中收听：{link}\n", "\nHear it in the page: {link}\n")


async def put(session: AsyncSession, messages: list[str], now: datetime) -> None:
    """Have those of boxes with an address sent, once each; the worker does it moments later."""
    wanted = (
        select(Voicemail.id)
        .join(VoicemailBox, VoicemailBox.id == Voicemail.box_id)
        .where(Voicemail.id.in_(messages), VoicemailBox.email != "")
    )
    for message in await session.scalars(wanted):
        await jobs.enqueue_once(session, f"mail-{message}"[:40], jobs.VOICEMAIL_MAIL, now, {"voicemail": message})


async def compose(session: AsyncSession, message: str, folder: Path) -> Mail | None:
    """The mail in the owner's language and the company's time; ``folder`` of recordings lies in the home.

    None: there is nothing to send any more.
    """
    voicemail = await session.get(Voicemail, message)
    box = await session.get(VoicemailBox, voicemail.box_id) if voicemail is not None else None
    if voicemail is None or box is None or voicemail.deleted_at is not None or not box.email:
        return None
    settings, _ = await read_settings(session)
    name, language, sees = await _owner(session, box, settings["language"])
    said = 0 if language == "zh" else 1
    left = voicemail.left_at.astimezone(ZoneInfo(settings["time_zone"]))
    minutes, seconds = divmod(round(voicemail.seconds), 60)
    words = {
        "box": name,
        "caller": hidden(voicemail.caller, sees) or UNKNOWN[said],
        "time": f"{left:%Y-%m-%d %H:%M:%S}",
        "length": f"{minutes}:{seconds:02}",
    }
    text = TEXT[said].format(**words)
    attachments: tuple[Attachment, ...] = ()
    if box.attach_audio:
        path = sounds.sound_file(folder, voicemail.path, "voicemail", message).relative_to(folder.parent.resolve())
        end = digits_of(voicemail.caller)[-4:] if sees is not Visibility.NAME else ""
        attachments = (Attachment(str(path), f"{left:%Y%m%d-%H%M%S}{'-' if end else ''}{end}.wav"),)
        text += ATTACHED[said]
    if box.delete_after_mail:
        text += DELETED[said]
    elif settings["page_address"]:
        address = settings["page_address"].rstrip("/")
        text += LINK[said].format(link=f"{address}/calls?tab=voicemail&box={box.id}")
    return Mail((box.email,), SUBJECT[said].format(**words), text, attachments)


async def _owner(session: AsyncSession, box: VoicemailBox, language: str) -> tuple[str, str, Visibility]:
    """Name of the box, its owner's language, and how much of numbers he may see; of a queue, all of its members."""
    if box.kind == "queue":
        queue = await session.get(Queue, box.id)
        members = select(User).join(QueueMember, QueueMember.user_id == User.id).where(QueueMember.queue_id == box.id)
        sees = least(user.sees for user in await session.scalars(members))
        return (queue.name, queue.language, sees) if queue else (box.id, language, sees)
    extension = await session.get(Extension, box.id)
    name = f"{extension.number} {extension.name}".strip() if extension else box.id
    user = await session.scalar(select(User).where(User.extension_id == box.id))
    return (name, user.language, user.sees) if user else (name, language, Visibility.FULL)


async def sent(session: AsyncSession, message: str, folder: Path, now: datetime) -> None:
    """It went out: note it, and delete it from a box that wants it so."""
    voicemail = await session.get(Voicemail, message)
    if voicemail is None:
        return
    voicemail.mailed_at = now
    box = await session.get(VoicemailBox, voicemail.box_id)
    if box is not None and box.delete_after_mail and voicemail.deleted_at is None:
        await sounds.delete_voicemail(session, audit.SYSTEM, voicemail, folder, now)
