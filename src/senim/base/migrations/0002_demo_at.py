"""A filled demo says which instant it stands at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="installation",
            name="demo_at",
            field=models.DateTimeField(
                help_text="the instant a filled demo stands at: a lesson of a school day",
                null=True,
            ),
        ),
    ]
