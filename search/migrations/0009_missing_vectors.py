"""What has no vector yet stands in a list, of which the worker makes the last one first."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the list."""

    dependencies = [("search", "0008_rename_thresholds")]
    operations = [
        migrations.CreateModel(
            name="MissingVector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("key", "digest"), name="missing_vector_once")
                ],
            },
        ),
    ]
