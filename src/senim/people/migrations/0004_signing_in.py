import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import senim.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_protection"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProviderLink",
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
                ("subject_lookup", models.CharField(max_length=64, unique=True)),
                ("since", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="SignIn",
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
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("system", models.CharField(blank=True, max_length=20)),
                ("browser", models.CharField(blank=True, max_length=20)),
                ("network", models.CharField(blank=True, max_length=40)),
                ("method", models.CharField(max_length=10)),
                ("since", models.DateTimeField()),
                ("last_day", models.DateField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
