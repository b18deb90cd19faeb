"""Errors become problem documents (RFC 9457) in one place, in the caller's language."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from callroom import errors

BASE = "urn:callroom:problem:"

# error → (status, stable type, Chinese, English); the texts are filled with the error's own fields
PROBLEMS: dict[type[errors.CallroomError], tuple[int, str, str, str]] = {
    errors.WrongCredentials: (401, "wrong-credentials", "账号或密码不正确。", "Login or password is wrong."),
    errors.NotSignedIn: (401, "not-signed-in", "请先登录。", "Please sign in first."),
    errors.NotAllowed: (403, "not-allowed", "您的角色无权执行此操作。", "Your role does not permit this."),
    errors.NotFound: (404, "not-found", "没有找到该记录。", "There is no such record."),
    errors.LoginTaken: (409, "login-taken", "账号“{login}”已被使用。", "The login “{login}” is already in use."),
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
    status, kind, zh, en = PROBLEMS[type(error)]  # pyright: ignore[reportArgumentType]
    fields = vars(error)
    return _answer(request, status, kind, (zh.format(**fields), en.format(**fields)))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = [{"field": ".".join(map(str, one["loc"][1:])), "rule": one["type"]} for one in error.errors()]
    return _answer(request, 422, "invalid", INVALID, errors=fields)


async def _plain(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _answer(request, error.status_code, "http", PLAIN.get(error.status_code, BROKEN))


async def _broken(request: Request, error: Exception) -> JSONResponse:
    return _answer(request, 500, "internal", BROKEN)
