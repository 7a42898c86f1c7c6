"""A comment can stand where there are no points: for an absent pupil, say."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0001_initial"),
        ("schools", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="resultfact",
            name="fact_has_score",
        ),
        migrations.AlterField(
            model_name="resultfact",
            name="kind",
            field=models.CharField(
                choices=[
                    ("set", "Set"),
                    ("correct", "Correct"),
                    ("annul", "Annul"),
                    ("note", "Note"),
                ],
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            model_name="resultfact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["annul", "note"]), ("score__isnull", True)),
                    models.Q(("kind__in", ["set", "correct"]), ("score__isnull", False)),
                    _connector="OR",
                ),
                name="fact_has_score",
            ),
        ),
    ]
