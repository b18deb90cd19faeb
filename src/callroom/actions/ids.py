"""Names for new rows."""

import secrets


def new_id(prefix: str) -> str:
    """An opaque id, unguessable."""
    return f"{prefix}_{secrets.token_hex(10)}"
