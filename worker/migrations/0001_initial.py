"""The table is there: it came from the room `core`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Say that the model is here now."""

    initial = True
    dependencies = [("core", "0006_move_to_rooms_of_their_own")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="WorkerLease",
                    fields=[
                        ("worker_id", models.CharField(max_length=255, primary_key=True, serialize=False)),
                        ("seen_at", models.DateTimeField()),
                    ],
                ),
            ]
        )
    ]
