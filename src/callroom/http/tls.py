"""The certificate of the HTTPS address: one's own, or a self-signed one made and renewed by the site.

Browsers give a microphone to pages from other machines over HTTPS only, so a site has HTTPS from its first start.
"""

import ipaddress
import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = timedelta(days=825)  # the longest that Apple's systems accept
RENEW_BEFORE = timedelta(days=30)
_FIB = Path("/proc/net/fib_trie")
_IF_INET6 = Path("/proc/net/if_inet6")
_TEMPORARY = 0x01  # IFA_F_TEMPORARY: changes daily, so it would mean a new certificate daily
_LINK_LOCAL = 0x20  # scope column of if_inet6


class CertificateUnusable(Exception):
    """The certificate named in the settings cannot be read, or does not fit its key."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Two PEM files and what is inside."""

    certificate: Path
    key: Path
    expires_at: datetime
    names: frozenset[str]
    own: bool  # given by the admin, not made here


def provide(home: Path, now: datetime, given: tuple[str, str] = ("", "")) -> Certificate:
    """The certificate to serve with; makes one in ``home/tls`` when there is none, it runs out, or addresses changed.

    ``given`` are the paths of the admin's own certificate and key. Raises CertificateUnusable for those, OSError.
    """
    if any(given):
        return read(Path(given[0]), Path(given[1]), own=True)
    folder = home / "tls"
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    wanted = names_of_this_machine()
    try:
        found = read(certificate, key, own=False)
    except CertificateUnusable:
        found = None  # none yet, or damaged: it is made anew
    if found and found.expires_at - now > RENEW_BEFORE and wanted <= found.names:
        return found
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    _make(certificate, key, wanted, now)
    return read(certificate, key, own=False)


def names_of_this_machine() -> frozenset[str]:
    """Host name, localhost and every lasting address of this machine, as a browser would be pointed at them."""
    return frozenset({"localhost", "127.0.0.1", "::1", socket.gethostname(), *addresses_of_this_machine()})


def addresses_of_this_machine() -> list[str]:
    """Addresses other machines may reach this one by, IPv4 first. Source: Linux's proc_net, fib_trie and if_inet6."""
    found: list[str] = []
    last = ""
    for line in _lines(_FIB):
        if "|--" in line:
            last = line.split()[-1]
        elif "/32 host LOCAL" in line and last not in found and not last.startswith("127."):
            found.append(last)
    for line in _lines(_IF_INET6):
        digits, _, _, scope, flags, _ = line.split()
        address = ipaddress.IPv6Address(int(digits, 16))
        if not address.is_loopback and int(scope, 16) != _LINK_LOCAL and not int(flags, 16) & _TEMPORARY:
            found.append(str(address))
    return found


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def read(certificate: Path, key: Path, *, own: bool) -> Certificate:
    """Raises CertificateUnusable."""
    try:
        parsed = x509.load_pem_x509_certificate(certificate.read_bytes())
        secret = serialization.load_pem_private_key(key.read_bytes(), password=None)
    except OSError as error:
        raise CertificateUnusable(f"{error.filename}: {error.strerror}") from error
    except (ValueError, TypeError) as error:  # TypeError: the key has a password
        raise CertificateUnusable(f"{certificate}, {key}: {error}") from error
    if secret.public_key() != parsed.public_key():
        raise CertificateUnusable(f"{key} is not the key of {certificate}")
    try:
        alternative = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = {*alternative.get_values_for_type(x509.DNSName)}
        names |= {str(address) for address in alternative.get_values_for_type(x509.IPAddress)}
    except x509.ExtensionNotFound:
        names = set[str]()
    return Certificate(certificate, key, parsed.not_valid_after_utc, frozenset(names), own)


def _make(certificate: Path, key: Path, names: frozenset[str], now: datetime) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Callroom")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # clocks of other machines may be behind
        .not_valid_after(now - timedelta(days=1) + LIFETIME)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in sorted(names)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    pem = secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # Each in one step; a crash between the two leaves a pair that does not fit, which is made anew at the next start.
    _replace(key, pem)
    _replace(certificate, made.public_bytes(serialization.Encoding.PEM))


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    fresh.replace(path)
