"""PostgreSQL counts what an account is shown in a function, one worker at a time."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from senim.ledger import counting


def make_function(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the function as the present text says it; SQLite needs none."""
    if editor.connection.vendor == "postgresql":
        editor.execute(counting.FUNCTION, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_cases_and_seals"),
    ]

    operations = [migrations.RunPython(make_function, migrations.RunPython.noop)]
