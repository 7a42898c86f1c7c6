import django.db.models.deletion
from django.db import migrations, models

import senim.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_throttle"),
        ("schools", "0002_indexes_begin_with_the_school"),
    ]

    operations = [
        migrations.AlterField(
            model_name="role",
            name="kind",
            field=models.CharField(
                choices=[
                    ("head", "Head"),
                    ("deputy", "Deputy"),
                    ("clerk", "Clerk"),
                    ("official", "Official"),
                    ("support", "Support"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Access",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("emergency", "Emergency"),
                            ("support", "Support"),
                            ("case", "Case"),
                        ],
                        max_length=9,
                    ),
                ),
                ("reason", models.TextField(max_length=1000)),
                ("ground", models.CharField(blank=True, max_length=60)),
                ("opened_by", models.UUIDField(help_text="the person")),
                (
                    "told_user_id",
                    models.UUIDField(help_text="the second person, told at once", null=True),
                ),
                ("opened_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.member",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.org",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.user",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "accesses",
                "indexes": [
                    models.Index(fields=["user", "ends_at"], name="access_by_person"),
                    models.Index(fields=["school", "opened_at"], name="access_by_school"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("opened_at"))),
                        name="access_ends_by_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "support"), ("member__isnull", True)),
                            models.Q(
                                ("kind__in", ["emergency", "case"]), ("member__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="access_names_its_pupil",
                    ),
                ],
            },
        ),
    ]
