from django.db import migrations


def forget(apps, schema_editor):
    """Forget trials that quote titles: they are to be done again, as their hits are named by now."""
    apps.get_model("curation", "SynonymList").objects.filter(live_at=None).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('curation', '0002_first_words'),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
