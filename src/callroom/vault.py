"""Secrets that a site must be able to use again (a mail server's password): encrypted where they are stored.

The key is a file in the home, ``secrets.key``, readable by the site's user only: a copy of the database alone tells
nothing. Whoever moves a site takes the file along.
"""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from callroom.errors import SecretLost


class Vault:
    def __init__(self, home: Path) -> None:
        self._path = home / "secrets.key"
        self._fernet: Fernet | None = None

    def seal(self, text: str) -> str:
        """The text encrypted; the key is made when there is none yet. Raises ``OSError``, ``SecretLost``."""
        if self._fernet is None and not self._path.exists():
            self._make()
        return self._key().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises ``SecretLost`` when it was sealed with another key, or the key is gone."""
        try:
            return self._key().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SecretLost from None

    def _key(self) -> Fernet:
        if self._fernet is None:
            try:
                self._fernet = Fernet(self._path.read_bytes())
            except (OSError, ValueError):
                raise SecretLost from None
        return self._fernet

    def _make(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f".secrets-{secrets.token_hex(8)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(Fernet.generate_key())
                file.flush()
                os.fsync(file.fileno())
            os.link(fresh, self._path)  # whole or not at all, and never over another process's
        except FileExistsError:
            pass  # another process was first: its key counts
        finally:
            fresh.unlink()
