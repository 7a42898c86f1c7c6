"""The connection: keeps what its transaction said, and forgets it whenever the transaction does."""

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresqlOperations

from senim.base.postgresql.standing import Standing


class DatabaseOperations(PostgresqlOperations):
    """Django's, with compilers that say what their statements need."""

    compiler_module = "senim.base.postgresql.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with statements that say their door."""

    ops_class = DatabaseOperations

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.standing = Standing(self)
        self.execute_wrappers.append(self.standing.run)

    def connect(self) -> None:
        """Open a connection that has said nothing yet."""
        self.standing.forget()
        super().connect()

    def _commit(self) -> Any:
        self.standing.forget()
        return super()._commit()  # type: ignore[misc]

    def _rollback(self) -> Any:
        self.standing.forget()
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self.standing.forget()
        super()._savepoint_rollback(sid)  # type: ignore[misc]
