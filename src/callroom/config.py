"""What a site is started with: options of the command line or the same as environment (``CALLROOM_*``)."""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SiteSettings(BaseSettings):
    """How one site runs. Addresses are ``HOST:PORT``, the ports for sound ``FROM-TO``."""

    model_config = SettingsConfigDict(env_prefix="CALLROOM_")

    home: Path = Field(default=Path("home"))
    http: str = "127.0.0.1:8080"
    https: str = "0.0.0.0:8443"  # empty: off; for pages on other machines, whose microphones need it
    tls_cert: str = ""  # path of a certificate and its key of one's own; empty: one is made in home/tls
    tls_key: str = ""
    sip: str = "0.0.0.0:5060"  # phones and carriers are on other machines
    rtp: str = "10000-19999"
    database_url: str = ""  # empty: SQLite in the home
    log: Literal["pretty", "json"] = "pretty"  # for eyes, or one JSON object a line for programs
    log_pii: bool = False  # true: lines for programs show what could name a caller
    admin_password: str = ""  # the first admin's; empty: one is made and printed

    @field_validator("home")
    @classmethod
    def _whole_path(cls, value: Path) -> Path:
        return value.absolute()

    @field_validator("http", "https", "sip")
    @classmethod
    def _address(cls, value: str, info: ValidationInfo) -> str:
        if info.field_name == "https" and not value:
            return value
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError(f"{value!r} is no HOST:PORT")
        return value

    @field_validator("rtp")
    @classmethod
    def _range(cls, value: str) -> str:
        if not re.fullmatch(r"\d{4,5}-\d{4,5}", value):
            raise ValueError(f"{value!r} is no range of ports such as 10000-19999")
        return value

    @model_validator(mode="after")
    def _pair(self) -> Self:
        if bool(self.tls_cert) != bool(self.tls_key):
            raise ValueError("tls_cert and tls_key belong together: give both or none")
        return self

    @property
    def http_address(self) -> tuple[str, int]:
        return split_address(self.http)

    @property
    def https_address(self) -> tuple[str, int] | None:
        return split_address(self.https) if self.https else None

    @property
    def sip_address(self) -> tuple[str, int]:
        return split_address(self.sip)

    @property
    def rtp_ports(self) -> tuple[int, int]:
        first, _, last = self.rtp.partition("-")
        return int(first), int(last)

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home}/site.db"

    @property
    def recordings(self) -> Path:
        return self.home / "recordings"


def split_address(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    return host.strip("[]"), int(port)
