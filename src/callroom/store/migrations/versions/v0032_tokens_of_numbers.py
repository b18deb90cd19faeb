"""Numbers are found by tokens of four digits, addresses also by where a house's number begins."""

from callroom.store.migrations.refiling import refile_customers

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    refile_customers(revision)


def downgrade() -> None:
    refile_customers(down_revision)
