"""The tables are there: they came from the room `core`."""

from django.db import migrations, models

KEY = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """Say that the models are here now."""

    initial = True
    dependencies = [("core", "0006_move_to_rooms_of_their_own")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SiteVersion", fields=[("id", KEY.clone()), ("number", models.PositiveBigIntegerField())]
                ),
                migrations.CreateModel(name="UncountedChange", fields=[("id", KEY.clone())]),
            ]
        )
    ]
