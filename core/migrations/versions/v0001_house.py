"""The house as it was first built: every table, its rules, and the work queue's own schema.

No books exist before this version, so it is written as the schema itself. From the first released version on it is frozen,
and every later change is a version of its own.
"""

from alembic import op

from core import schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything in an empty database."""
    schema.create(op.get_bind())
