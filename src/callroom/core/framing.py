"""Whether a page of another system lets itself be shown within the desk: what its headers say of frames."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def origin_of(address: str) -> str:
    """``https://crm.example.com:8443`` of an address; "" of none. A port is told only where it is not the usual one."""
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = parts.port in (None, _PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{parts.port}"


def refuses(headers: Mapping[str, str], page: str, own: str) -> bool:
    """Whether a page at the origin ``page`` may not be framed by one at ``own`` (CSP Level 3, RFC 7034).

    ``frame-ancestors`` counts instead of ``X-Frame-Options``, as in browsers.
    """
    allowed = _frame_ancestors(headers.get("content-security-policy", ""))
    if allowed is not None:
        return not any(_fits(source, page, own) for source in allowed)
    match headers.get("x-frame-options", "").strip().lower():
        case "deny":
            return True
        case "sameorigin":
            return page != own
        case _:
            return False


def _frame_ancestors(policy: str) -> list[str] | None:
    for directive in re.split(r"[;,]", policy):
        name, *sources = directive.split()[:50] or [""]
        if name.lower() == "frame-ancestors":
            return [source.lower() for source in sources]
    return None


def _fits(source: str, page: str, own: str) -> bool:
    if source == "'self'":
        return page == own
    scheme, host = own.split("://", 1)
    if source in ("*", f"{scheme}:"):
        return True
    wanted, _, place = source.rpartition("://")
    if wanted and wanted != scheme and not (wanted == "http" and scheme == "https"):
        return False
    place = place.split("/", 1)[0].removesuffix(f":{_PORTS[scheme]}").removesuffix(":*")
    bare = host if ":" in place else host.rsplit(":", 1)[0] if source.endswith(":*") else host
    return bare.endswith(place[1:]) if place.startswith("*.") else bare == place
