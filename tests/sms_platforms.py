"""SMS platforms on loopback: each checks what it is sent by its own reading of the platform's documentation.

Nothing here uses Callroom's code: signatures are made again from the request as it came over the wire.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from web_server import Asked, WebServer, answers, say


@dataclass
class Platform(ABC):
    """``texts``: what it took, as (number, text or template, parameters, our id). ``says``: answers to give instead,
    one for each request that comes."""

    server: WebServer
    key_id: str = "id-of-the-key"
    key: str = "s3cret-Key"
    texts: list[tuple[str, str, Any, str]] = field(default_factory=list)
    says: list[Any] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    async def serve(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        if self.says:
            planned = self.says.pop(0)
            if callable(planned):
                await planned(asked, writer)
                return
            status, answer = planned
            await say(writer, json.dumps(answer).encode(), status)
            return
        answer = self.take(asked)
        await say(writer, json.dumps(answer).encode())

    @abstractmethod
    def take(self, asked: Asked) -> Any:
        """Keep what was asked for; what is answered."""


class Aliyun(Platform):
    def take(self, asked: Asked) -> Any:
        headers = asked.headers
        scheme, _, rest = headers["authorization"].partition(" ")
        given = dict(part.split("=", 1) for part in rest.split(","))
        signed = given["SignedHeaders"].split(";")
        assert scheme == "ACS3-HMAC-SHA256" and {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date"} <= set(
            signed
        )
        lines = "".join(f"{name}:{headers[name]}\n" for name in signed)
        query = urlsplit(asked.target).query
        whole = "\n".join(["POST", "/", query, lines, ";".join(signed), hashlib.sha256(asked.body).hexdigest()])
        text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(whole.encode()).hexdigest()}"
        right = hmac.new(self.key.encode(), text.encode(), hashlib.sha256).hexdigest()
        if given["Credential"] != self.key_id or not hmac.compare_digest(right, given["Signature"]):
            self.refused.append(given["Signature"])
            return {"Code": "SignatureDoesNotMatch", "Message": "the signature is not right", "RequestId": "R"}
        assert query.split("&") == sorted(query.split("&"))
        asked_for = {name: values[0] for name, values in parse_qs(query).items()}
        assert (headers["x-acs-action"], headers["x-acs-version"]) == ("SendSms", "2017-05-25")
        params = json.loads(asked_for.get("TemplateParam", "{}"))
        self.texts.append((asked_for["PhoneNumbers"], asked_for["TemplateCode"], params, asked_for["OutId"]))
        assert asked_for["SignName"] == "和风燃气"
        return {"Code": "OK", "Message": "OK", "RequestId": "R", "BizId": f"biz-{len(self.texts)}^0"}


class Tencent(Platform):
    def take(self, asked: Asked) -> Any:
        headers, at = asked.headers, asked.headers["x-tc-timestamp"]
        scheme, _, rest = headers["authorization"].partition(" ")
        given = dict(part.strip().split("=", 1) for part in rest.split(","))
        key_id, day, service, _ = given["Credential"].split("/")
        names = given["SignedHeaders"].split(";")
        assert scheme == "TC3-HMAC-SHA256" and {"content-type", "host"} <= set(names)
        lines = "".join(f"{name}:{headers[name].strip().lower()}\n" for name in names)
        whole = f"POST\n/\n\n{lines}\n{';'.join(names)}\n{hashlib.sha256(asked.body).hexdigest()}"
        text = f"TC3-HMAC-SHA256\n{at}\n{day}/{service}/tc3_request\n{hashlib.sha256(whole.encode()).hexdigest()}"
        made = b"TC3" + self.key.encode()
        for step in (day, service, "tc3_request"):
            made = hmac.digest(made, step.encode(), "sha256")
        right = hmac.digest(made, text.encode(), "sha256").hex()
        if key_id != self.key_id or right != given["Signature"]:
            self.refused.append(given["Signature"])
            error = {"Code": "AuthFailure.SignatureFailure", "Message": "the signature is not right"}
            return {"Response": {"Error": error, "RequestId": "R"}}
        body = asked.json
        assert (headers["x-tc-action"], headers["x-tc-version"]) == ("SendSms", "2021-01-11")
        [number] = body["PhoneNumberSet"]
        self.texts.append((number, body["TemplateId"], body["TemplateParamSet"], body["SessionContext"]))
        state = {"SerialNo": f"sid:{len(self.texts)}", "PhoneNumber": number, "Fee": 1, "Code": "Ok", "Message": "ok"}
        return {"Response": {"SendStatusSet": [state], "RequestId": "R"}}


class Signed(Platform):
    """A platform of its own kind: JSON, signed over time, nonce and body."""

    def take(self, asked: Asked) -> Any:
        text = f"{asked.headers['x-time']}.{asked.headers['x-nonce']}.".encode() + asked.body
        right = base64.b64encode(hmac.digest(self.key.encode(), text, "sha256")).decode()
        if asked.headers.get("x-signature") != right:
            self.refused.append(asked.headers.get("x-signature", ""))
            return {"code": 401, "message": "who are you"}
        body = asked.json
        self.texts.append((body["mobile"], body["content"], None, body["ref"]))
        return {"code": 0, "data": {"id": 1000 + len(self.texts)}}


async def open_platform(kind: type[Platform], port: int = 0) -> tuple[Any, asyncio.Server]:
    web = WebServer(answer=answers({}))
    platform = kind(web)
    web.answer = platform.serve
    server = await asyncio.start_server(web.serve, "127.0.0.1", port)
    web.port = server.sockets[0].getsockname()[1]
    return platform, server
