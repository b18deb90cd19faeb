"""Errors become problem documents (RFC 9457) in one place, in the caller's language."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from callroom import errors
from callroom.errors import Fault
from callroom.http.codes import CODES
from callroom.http.rules import text_of
from callroom.http.seen import as_seen
from callroom.media import fax_pages, upload
from callroom.media.voices import speaking

BASE = "urn:callroom:problem:"

# error → (status, stable type, Chinese, English); the texts are filled with the error's own fields
PROBLEMS: dict[type[errors.CallroomError], tuple[int, str, str, str]] = {
    errors.WrongCredentials: (401, "wrong-credentials", "账号或密码不正确。", "Login or password is wrong."),
    errors.NotSignedIn: (401, "not-signed-in", "请先登录。", "Please sign in first."),
    errors.OtherOrigin: (
        403,
        "other-origin",
        "请求来自其他网站的页面，已拒绝。",
        "A page of another site asked for this; it was refused.",
    ),
    errors.NotAllowed: (403, "not-allowed", "您的角色无权执行此操作。", "Your role does not permit this."),
    errors.NotLed: (
        403,
        "not-led",
        "“{agent}”不在您带领的班组中。",
        "“{agent}” is in none of the teams you lead.",
    ),
    errors.CannotSupervise: (409, "cannot-supervise", "{why}", "{why}"),
    errors.NotFound: (404, "not-found", "没有找到该记录。", "There is no such record."),
    errors.LoginTaken: (409, "taken", "账号“{login}”已被使用。", "The login “{login}” is already in use."),
    errors.Taken: (409, "taken", "“{value}”已被使用。", "“{value}” is already in use."),
    errors.InUse: (409, "in-use", "仍在使用中：{kind}“{name}”。", "Still in use: {kind} “{name}”."),
    errors.PreconditionRequired: (
        428,
        "precondition-required",
        "修改时必须注明所依据的版本（If-Match）。",
        "A change must name the version it is made from (If-Match).",
    ),
    errors.ChangedMeanwhile: (
        412,
        "changed-meanwhile",
        "该记录已被他人修改，请刷新后再试。",
        "Somebody else has changed this meanwhile; reload and try again.",
    ),
    errors.LastAdmin: (
        409,
        "last-admin",
        "不能停用、删除或降级自己或最后一位管理员。",
        "One cannot deactivate, delete or demote oneself or the last admin.",
    ),
    errors.CannotSend: (409, "cannot-send", "{why}", "{why}"),
    errors.MailFailed: (409, "mail-failed", "{why}", "{why}"),
    errors.SecretLost: (
        409,
        "secret-lost",
        "保存的密码无法读取：密钥文件 secrets.key 已丢失或更换。请恢复该文件，或重新填写密码。",
        "The stored secrets cannot be read: the key file secrets.key is lost or another one. "
        "Bring it back, or enter the secrets again.",
    ),
    errors.LookupFailed: (409, "lookup-failed", "查询失败：{why}。", "The lookup failed: {why}."),
    errors.NotNow: (409, "not-now", "当前状态下无法执行此操作。", "This is not possible right now."),
    errors.InternalCall: (
        409,
        "internal-call",
        "内部通话不支持此操作。",
        "This is not possible with a call inside the company.",
    ),
    errors.NoPhone: (
        409,
        "no-phone",
        "该座席没有在线的话机。",
        "This agent has no phone that could ring.",
    ),
    errors.CannotDial: (409, "cannot-dial", "{why}", "{why}"),
    errors.TooLarge: (413, "too-large", "内容过大，最多 {megabytes} MB。", "Too large: {megabytes} MB at most."),
    errors.TooMuchToReckon: (
        422,
        "too-much-to-reckon",
        "计算量过大：一天最多可重放 {calls} 通来电。来电不多而仍如此，则是机器正忙，请稍后再试。",
        "Too much to reckon: at most {calls} calls of a day are played again. With fewer of them, "
        "the machine is busy: try later.",
    ),
    speaking.NoVoices: (
        409,
        "no-voices",
        "本站点尚未安装离线语音，无法朗读文字。请管理员运行 make voices，或上传、录制声音。",
        "The offline voices are not installed on this site, so that texts cannot be spoken. Run “make voices”, or "
        "upload or record a sound.",
    ),
    speaking.NotSpoken: (422, "not-spoken", "这段文字无法朗读。", "This text cannot be spoken."),
    upload.NotAudio: (422, "not-audio", "该文件不是可识别的声音。", "This file holds no sound that can be read."),
    upload.TooLong: (
        422,
        "too-long",
        "录音过长，最多 {minutes} 分钟。",
        "The sound is too long: {minutes} minutes at most.",
    ),
    fax_pages.NotAPdf: (422, "not-a-pdf", "该文件不是可读取的 PDF。", "This file holds no PDF that can be read."),
    fax_pages.LockedPdf: (
        422,
        "locked-pdf",
        "该 PDF 有密码保护，请先去除密码。",
        "This PDF is protected by a password; remove it first.",
    ),
    fax_pages.TooManyPages: (
        422,
        "too-many-pages",
        "该文件有 {pages} 页，传真最多 {most} 页。",
        "This file has {pages} pages; a fax has {most} at most.",
    ),
    fax_pages.CoverNotWritable: (
        422,
        "cover-not-writable",
        "本机没有附言所需的字体，请只用英文字母、数字和标点。",
        "This machine has no font for the cover line; use plain English letters, digits and signs.",
    ),
    errors.PasswordTooWeak: (
        422,
        "password-too-weak",
        "密码至少需要 {shortest} 个字符。",
        "The password needs at least {shortest} characters.",
    ),
    errors.TooManyAttempts: (
        429,
        "too-many-attempts",
        "尝试次数过多，请 {seconds} 秒后再试。",
        "Too many attempts; try again in {seconds} seconds.",
    ),
}
INVALID = ("提交的内容有误，请检查标出的项目。", "Something you entered is wrong; see the fields named.")
PLAIN = {
    400: ("无法读取请求内容。", "The body of the request cannot be read."),
    413: ("内容过大。", "This is too large."),
    404: ("没有这个地址。", "There is nothing at this address."),
    405: ("不支持此操作。", "This is not supported."),
}
BROKEN = ("系统出错了，已记录。", "Something went wrong here; it has been logged.")


def speaks_english(request: Request) -> bool:
    """Whether the caller prefers English; Chinese is the first language."""
    return request.headers.get("accept-language", "").lower().lstrip().startswith("en")


def install(app: FastAPI) -> None:
    """Make every error of ``app`` answer with a problem document."""
    app.add_exception_handler(errors.CallroomError, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _broken)


def _answer(request: Request, status: int, kind: str, texts: tuple[str, str], **more: object) -> JSONResponse:
    title = texts[1] if speaks_english(request) else texts[0]
    body = {"type": BASE + kind, "title": title, "status": status, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


async def _told(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, errors.Invalid):
        return _answer(request, 422, "invalid", INVALID, errors=[_shown(request, fault) for fault in error.faults])
    status, kind, zh, en = PROBLEMS[type(error)]  # pyright: ignore[reportArgumentType]
    values = vars(error)
    texts = zh.format(**_named(values, 0)), en.format(**_named(values, 1))
    if isinstance(error, errors.Taken | errors.LoginTaken):
        field = error.field if isinstance(error, errors.Taken) else "login"
        return _answer(request, status, kind, texts, errors=[_shown(request, Fault(field, "taken", texts=texts))])
    if isinstance(error, errors.ChangedMeanwhile) and error.fields:
        both = [_shown(request, Fault(field, "changed_meanwhile")) for field in error.fields]
        return _answer(request, status, kind, texts, errors=both)
    told = {"detail": error.told} if isinstance(error, errors.MailFailed) and error.told else {}
    return _answer(request, status, kind, texts, **told)


def _named(values: dict[str, object], language: int) -> dict[str, object]:
    """The error's values with codes in words, and with numbers as far as who asked may see them."""
    words = {name: CODES.get(str(values[name])) for name in ("kind", "why") if name in values}
    seen = {name: as_seen(value) for name, value in values.items() if isinstance(value, str)}
    return values | seen | {name: both[language] for name, both in words.items() if both}


def _shown(request: Request, fault: Fault) -> dict[str, str]:
    zh, en = fault.texts or text_of(fault.rule, fault.values)
    return {"field": fault.field, "rule": fault.rule, "text": en if speaks_english(request) else zh}


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [Fault(".".join(map(str, one["loc"][1:])), one["type"], one.get("ctx") or {}) for one in error.errors()]
    return _answer(request, 422, "invalid", INVALID, errors=[_shown(request, fault) for fault in faults])


async def _plain(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = "too-large" if error.status_code == 413 else "http"
    return _answer(request, error.status_code, kind, PLAIN.get(error.status_code, BROKEN))


async def _broken(request: Request, error: Exception) -> JSONResponse:
    return _answer(request, 500, "internal", BROKEN)
