"""Digest authentication, MD5, with and without qop=auth (RFC 2617, RFC 3261 section 22). Pure."""

import hashlib
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Challenge:
    realm: str
    nonce: str
    opaque: str | None
    qop: bool
    stale: bool

    @classmethod
    def parse(cls, header: str) -> "Challenge | None":
        """The challenge of a WWW-Authenticate or Proxy-Authenticate header; None when it asks for what we don't do."""
        scheme, _, rest = header.strip().partition(" ")
        if scheme.lower() != "digest":
            return None
        found: list[tuple[str, str, str]] = re.findall(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))', rest)
        fields = {name.lower(): quoted or bare for name, quoted, bare in found}
        if fields.get("algorithm", "MD5").upper() != "MD5" or "nonce" not in fields:
            return None
        qop = "auth" in [q.strip() for q in fields.get("qop", "").split(",")]
        stale = fields.get("stale", "").lower() == "true"
        return cls(fields.get("realm", ""), fields["nonce"], fields.get("opaque"), qop, stale)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def authorization(challenge: Challenge, *, user: str, password: str, method: str, uri: str, cnonce: str) -> str:
    """The value of the Authorization header; each challenge is answered once, so the nonce count is always 1."""
    ha1 = _md5(f"{user}:{challenge.realm}:{password}")
    ha2 = _md5(f"{method}:{uri}")
    fields = [f'username="{user}"', f'realm="{challenge.realm}"', f'nonce="{challenge.nonce}"', f'uri="{uri}"']
    if challenge.qop:
        response = _md5(f"{ha1}:{challenge.nonce}:00000001:{cnonce}:auth:{ha2}")
        fields += ["qop=auth", "nc=00000001", f'cnonce="{cnonce}"']
    else:
        response = _md5(f"{ha1}:{challenge.nonce}:{ha2}")
    fields += [f'response="{response}"', "algorithm=MD5"]
    if challenge.opaque is not None:
        fields.append(f'opaque="{challenge.opaque}"')
    return "Digest " + ", ".join(fields)
