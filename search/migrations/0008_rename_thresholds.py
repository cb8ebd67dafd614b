"""What a passage must reach to be found by its vector has the name of the field."""

from django.db import migrations


class Migration(migrations.Migration):
    """Rename the columns."""

    dependencies = [("search", "0007_move_tasks")]
    operations = [
        migrations.RenameField("vocabulary", "least_likeness", "threshold"),
        migrations.RenameField("vocabulary", "sure_likeness", "sure_threshold"),
    ]
