"""Reuse that an editor wrote down becomes a proposal to the organisation: only she says what she does."""

from django.db import migrations, models
from django.utils import timezone


def propose(apps, schema_editor):
    """Turn each row into a proposal, and its first event; makers of a case have none."""
    Adoption = apps.get_model("reuse", "Adoption")
    AdoptionEvent = apps.get_model("reuse", "AdoptionEvent")
    PracticeOrganisation = apps.get_model("practices", "PracticeOrganisation")
    made = set(PracticeOrganisation.objects.values_list("page", "organisation"))
    for row in apps.get_model("practices", "PracticeReuse").objects.select_related("page").order_by("pk"):
        if (row.page_id, row.organisation_id) in made:
            continue
        adoption, is_new = Adoption.objects.get_or_create(
            case_key=row.page.translation_key,
            organisation_id=row.organisation_id,
            defaults={
                "page_id": row.page_id,
                "status": "in-use",
                "scope": row.note,
                "standing": "proposed",
                "source": "editor",
                "asked_at": timezone.now(),
            },
        )
        if is_new:
            values = {"status": "in-use", "scope": row.note}
            AdoptionEvent.objects.create(adoption=adoption, change="proposed", via="import", values=values)


class Migration(migrations.Migration):

    dependencies = [
        ('practices', '0006_former_authors'),
        ('reuse', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='practicepage',
            name='next_time',
            field=models.TextField(blank=True, help_text='Bijvoorbeeld: eerst met de meetdienst afspreken hoe snel de data er moeten zijn.', max_length=1500, verbose_name='wat je een volgende keer anders doet'),
        ),
        migrations.AddField(
            model_name='practicepage',
            name='stop_reason',
            field=models.CharField(blank=True, choices=[('result', 'Het leverde te weinig op'), ('cost', 'Te duur of te veel werk'), ('data', 'De data waren niet goed genoeg'), ('people', 'Geen mensen of kennis meer'), ('support', 'Te weinig draagvlak'), ('law', 'Het mocht niet, of niet meer'), ('replaced', 'Iets anders kwam ervoor in de plaats'), ('done', 'Het doel is bereikt'), ('other', 'Iets anders')], help_text='Alleen als de fase “Gestopt” is. Bijvoorbeeld: De data waren niet goed genoeg. Van wat niet lukte, leert een ander het meest.', max_length=10, verbose_name='waarom gestopt'),
        ),
        migrations.AddField(
            model_name='practicepage',
            name='stopped_because',
            field=models.TextField(blank=True, help_text='Bijvoorbeeld: de metingen kwamen te laat binnen om er nog iets mee te doen.', max_length=1500, verbose_name='wat er gebeurde'),
        ),
        migrations.RunPython(propose, migrations.RunPython.noop),
        migrations.DeleteModel(
            name='PracticeReuse',
        ),
    ]
