"""Django's compilers for PostgreSQL, which take down the doors and tables of each statement."""

from typing import Any

from django.db.backends.postgresql import compiler


class _Doored:
    """Says what a statement needs before it runs; subqueries are part of the statement."""

    query: Any
    connection: Any
    writes = False

    def as_sql(self, *args: Any, **options: Any) -> Any:
        """Put the query into SQL."""
        self.connection.standing.note(self.query)
        return super().as_sql(*args, **options)  # type: ignore[misc]

    def get_from_clause(self) -> Any:
        """Put the tables into SQL; which joins are left is known only here."""
        self.connection.standing.note_joins(self.query)
        return super().get_from_clause()  # type: ignore[misc]

    def execute_sql(self, *args: Any, **options: Any) -> Any:
        """Run the query as one statement."""
        with self.connection.standing.statement(writes=self.writes):
            return super().execute_sql(*args, **options)  # type: ignore[misc]


class SQLCompiler(_Doored, compiler.SQLCompiler):
    """SELECT."""


class SQLInsertCompiler(_Doored, compiler.SQLInsertCompiler):
    """INSERT."""

    writes = True


class SQLUpdateCompiler(_Doored, compiler.SQLUpdateCompiler):
    """UPDATE."""

    writes = True


class SQLDeleteCompiler(_Doored, compiler.SQLDeleteCompiler):
    """DELETE."""

    writes = True


class SQLAggregateCompiler(_Doored, compiler.SQLAggregateCompiler):
    """SELECT over an inner query."""
