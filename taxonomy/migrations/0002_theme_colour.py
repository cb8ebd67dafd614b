from collections import Counter

from django.db import migrations, models

COLOURS = [
    ('green', 'Groen'),
    ('brown', 'Bruin'),
    ('plum', 'Pruim'),
    ('brick', 'Steenrood'),
    ('blue', 'Blauw'),
    ('olive', 'Olijfgroen'),
    ('teal', 'Blauwgroen'),
    ('rose', 'Roze'),
    ('slate', 'Leigrijs'),
    ('violet', 'Violet'),
    ('indigo', 'Indigo'),
]
# The colours that these themes had by their slug.
COLOUR_OF = {
    'energietransitie': 'green',
    'mestproblematiek': 'brown',
    'ondermijnende-criminaliteit': 'plum',
    'armoede-en-schulden': 'brick',
    'infrastructuur-en-ruimte': 'blue',
    'landbouw': 'olive',
    'overig': 'indigo',
}


def give_colours(apps, schema_editor):
    """Let themes keep the colour that they had; others get the one that is used least."""
    themes = apps.get_model('taxonomy', 'Theme').objects.order_by('order', 'name')
    for slug, colour in COLOUR_OF.items():
        themes.filter(slug=slug).update(colour=colour)
    times = Counter(themes.exclude(colour='').values_list('colour', flat=True))
    for theme in themes.filter(colour=''):
        theme.colour = min((name for name, _label in COLOURS), key=lambda name: times[name])
        theme.save(update_fields=['colour'])
        times[theme.colour] += 1


class Migration(migrations.Migration):

    dependencies = [
        ('taxonomy', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='theme',
            name='colour',
            field=models.CharField(blank=True, choices=COLOURS, help_text='Van de lijnen en stippen bij dit thema. Leeg laten mag: dan kiezen we de kleur die het minst in gebruik is.', max_length=20, verbose_name='kleur'),
        ),
        migrations.RunPython(give_colours, migrations.RunPython.noop),
    ]
