from collections import Counter

from django.db import migrations, models
from django.utils import timezone

from search.text.vocabulary import different_words

AUDIENCES = [("everyone", "everyone"), ("members", "members")]


def count_words(apps, schema_editor):
    """Count the words of what is in the copy now; what was kept of them until now was never taken back."""
    entry, vocabulary, word = (apps.get_model("search", name) for name in ("SearchEntry", "Vocabulary", "Word"))
    for audience, _ in AUDIENCES:
        counts = Counter()
        for text in entry.objects.filter(audience=audience).order_by().values_list("words", flat=True).iterator():
            counts.update(different_words(text))
        rows = [word(audience=audience, word=each, count=count) for each, count in counts.items()]
        word.objects.bulk_create(rows, batch_size=2000)
        if rows:
            vocabulary.objects.get_or_create(audience=audience)


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0005_model_of_vectors'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='vocabulary',
            name='words',
        ),
        migrations.AddField(
            model_name='vocabulary',
            name='has_new_compounds',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='vocabulary',
            name='changed_at',
            field=models.DateTimeField(default=timezone.now),
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.CharField(choices=AUDIENCES, max_length=10)),
                ('word', models.CharField(max_length=100)),
                ('count', models.IntegerField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='word',
            constraint=models.UniqueConstraint(fields=('audience', 'word'), name='word_once'),
        ),
        migrations.RunPython(count_words, migrations.RunPython.noop),
    ]
