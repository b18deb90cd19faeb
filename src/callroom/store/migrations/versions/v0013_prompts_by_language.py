"""Prompts have a sound for each language, lie in folders, and say how they came about."""

import json

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PROMPTS = sa.table(
    "prompts",
    sa.column("id", sa.String()),
    sa.column("path", sa.String()),
    sa.column("seconds", sa.Float()),
    sa.column("source", sa.String()),
    sa.column("sounds", JsonColumn),
)


def upgrade() -> None:
    op.add_column("prompts", sa.Column("folder", sa.String(80), nullable=False, server_default=""))
    op.add_column("prompts", sa.Column("sounds", JsonColumn, nullable=False, server_default="{}"))
    rows = op.get_bind().execute(sa.select(PROMPTS.c.id, PROMPTS.c.path, PROMPTS.c.seconds, PROMPTS.c.source)).all()
    language = _language()
    for id, path, seconds, source in rows:
        sound = {"path": path, "seconds": seconds, "origin": "file", "source": source}
        op.execute(sa.update(PROMPTS).where(PROMPTS.c.id == id).values(sounds={language: sound}))
    op.drop_column("prompts", "path")
    op.drop_column("prompts", "source")


def downgrade() -> None:
    op.add_column("prompts", sa.Column("path", sa.String(255), nullable=False, server_default=""))
    op.add_column("prompts", sa.Column("source", sa.String(255), nullable=False, server_default=""))
    for id, sounds in op.get_bind().execute(sa.select(PROMPTS.c.id, PROMPTS.c.sounds)).all():
        first = next(iter(sounds.values()))
        values = {"path": first["path"], "source": first.get("source", "")}
        op.execute(sa.update(PROMPTS).where(PROMPTS.c.id == id).values(**values))
    op.drop_column("prompts", "sounds")
    op.drop_column("prompts", "folder")


def _language() -> str:
    """The site's own: nobody has said yet in which the prompts speak."""
    settings = sa.table("settings", sa.column("key", sa.String()), sa.column("value", JsonColumn))
    value = op.get_bind().execute(sa.select(settings.c.value).where(settings.c.key == "site")).scalar()
    told = json.loads(value) if isinstance(value, str) else value or {}
    return "en" if told.get("language") == "en" else "zh"
