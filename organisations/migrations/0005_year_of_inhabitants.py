"""The year that a number of inhabitants is of."""

from typing import Any

from django.db import migrations, models


def name_the_year(apps: Any, schema_editor: Any) -> None:
    """Say of every number so far that it is of 2016, as the name of its field did."""
    organisations = apps.get_model("organisations", "Organisation")
    organisations.objects.filter(inhabitants__isnull=False).update(inhabitants_year=2016)


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0004_name_what_the_cms_shows'),
    ]

    operations = [
        migrations.AlterField(
            model_name='organisation',
            name='inhabitants',
            field=models.PositiveIntegerField(blank=True, help_text='Van een gemeente of provincie.', null=True, verbose_name='inwoners'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='inhabitants_year',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Het jaar staat overal bij het aantal.', null=True, verbose_name='jaar van het aantal inwoners'),
        ),
        migrations.RunPython(name_the_year, migrations.RunPython.noop, elidable=True),
    ]
