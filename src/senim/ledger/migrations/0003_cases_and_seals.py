"""Cases, notices and holds; who stood on a list; the log's places, tree, checkpoints, witnesses."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import senim.base.ids

# An entry leaves the queue only once it has its place: nothing can be slipped past the seal.
SQLITE = (
    """
CREATE TRIGGER ledger_entry_waits AFTER INSERT ON ledger_entry BEGIN
    INSERT INTO ledger_unsealed (entry_id, at)
    VALUES (NEW.id, strftime('%Y-%m-%d %H:%M:%f', 'now'));
END
""",
    """
CREATE TRIGGER ledger_unsealed_stays BEFORE DELETE ON ledger_unsealed
WHEN NOT EXISTS (SELECT 1 FROM ledger_leaf WHERE entry_id = OLD.entry_id)
BEGIN SELECT RAISE(ABORT, 'an entry without its place stays in the queue'); END
""",
)
POSTGRESQL = (
    """
CREATE FUNCTION ledger_entry_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_unsealed (entry_id, at) VALUES (NEW.id, clock_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_waits AFTER INSERT ON ledger_entry
FOR EACH ROW EXECUTE FUNCTION ledger_entry_waits();
""",
    """
CREATE FUNCTION ledger_unsealed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM gone WHERE NOT EXISTS (
            SELECT 1 FROM ledger_leaf WHERE ledger_leaf.entry_id = gone.entry_id)
    ) THEN
        RAISE EXCEPTION 'an entry without its place stays in the queue';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_unsealed_stays AFTER DELETE ON ledger_unsealed
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION ledger_unsealed_stays();
""",
)
WAITING = "INSERT INTO ledger_unsealed (entry_id, at) SELECT id, {now} FROM ledger_entry"


def queue_entries(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let every entry, those on record included, wait for its place in the log."""
    sqlite = editor.connection.vendor == "sqlite"
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now')" if sqlite else "clock_timestamp()"
    editor.execute(WAITING.format(now=now), params=None)
    for statement in SQLITE if sqlite else POSTGRESQL:
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("at", models.DateTimeField(db_index=True)),
                ("note", models.TextField(help_text="the note with the log's own signature line")),
            ],
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_id", models.UUIDField(unique=True)),
                ("leaf_hash", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("holder", models.CharField(max_length=80)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Unsealed",
            fields=[
                ("entry_id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Withheld",
            fields=[
                (
                    "id",
                    models.UUIDField(help_text="the entry's id", primary_key=True, serialize=False),
                ),
                ("school_id", models.UUIDField()),
                ("until", models.DateField()),
                ("ground", models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=senim.base.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="what people call it", max_length=120),
                ),
                (
                    "url",
                    models.CharField(help_text="where add-checkpoint is posted", max_length=300),
                ),
                (
                    "public_key",
                    models.CharField(help_text="verifier key, C2SP: name+hash+key", max_length=200),
                ),
                ("size", models.BigIntegerField(default=0, help_text="the last size it co-signed")),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                ("cosigned_at", models.DateTimeField(null=True)),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("silent", "Silent"),
                            ("ahead", "Ahead"),
                            ("refused", "Refused"),
                        ],
                        max_length=8,
                    ),
                ),
                ("trouble_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name",),
                        name="one_witness_a_name",
                        condition=models.Q(("removed_at__isnull", True)),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=senim.base.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("school_id", models.UUIDField()),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="running, a school; how people name the case"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("looks_wrong", "Looks Wrong"),
                            ("held", "Held"),
                            ("emergency", "Emergency"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject_kind", models.CharField(max_length=16)),
                ("subject_id", models.UUIDField()),
                ("member_id", models.UUIDField(null=True)),
                ("opened_at", models.DateTimeField()),
                (
                    "opened_by",
                    models.UUIDField(help_text="the person; null for the installation", null=True),
                ),
                ("said", models.TextField(blank=True)),
                ("due_on", models.DateField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.UUIDField(null=True)),
                ("answer", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["school_id", "due_on"],
                        name="case_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("school_id", "number"), name="one_case_a_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("level", models.PositiveSmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("node_hash", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("level", "index"), name="one_node_a_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=senim.base.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("school_id", models.UUIDField()),
                ("account_id", models.UUIDField()),
                ("day", models.DateField()),
                ("kind", models.CharField(help_text="klass or member", max_length=16)),
                ("subject_id", models.UUIDField()),
                (
                    "channel",
                    models.CharField(default="page", help_text="page or export", max_length=8),
                ),
                ("pupils", models.PositiveIntegerField()),
                ("at", models.DateTimeField(help_text="the first time that day")),
            ],
            options={
                "indexes": [models.Index(fields=["account_id", "at"], name="reading_by_account")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("school_id", "account_id", "day", "subject_id", "channel"),
                        name="one_reading_a_thing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Seen",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=senim.base.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("school_id", models.UUIDField()),
                ("entry_id", models.UUIDField()),
                ("member_id", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("school_id", "member_id", "entry_id"), name="seen_once_a_look"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=senim.base.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("school_id", models.UUIDField()),
                ("account_id", models.UUIDField()),
                ("user_id", models.UUIDField()),
                ("rule", models.CharField(max_length=8)),
                ("at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("released_by", models.UUIDField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="ledger.case",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account_id"], name="hold_by_account")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("released_at__isnull", True)),
                        fields=("school_id", "account_id"),
                        name="held_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=senim.base.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("school_id", models.UUIDField()),
                (
                    "user_id",
                    models.UUIDField(help_text="null: whoever leads the school", null=True),
                ),
                ("code", models.CharField(max_length=40)),
                ("facts", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("seen_by", models.UUIDField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="ledger.case",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["school_id", "at"], name="notice_by_school"),
                    models.Index(fields=["user_id", "at"], name="notice_by_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=senim.base.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("line", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="ledger.checkpoint",
                    ),
                ),
                (
                    "witness",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.witness",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("checkpoint", "witness"), name="one_cosignature_a_checkpoint"
                    )
                ],
            },
        ),
        migrations.RunPython(queue_entries, migrations.RunPython.noop),
    ]
