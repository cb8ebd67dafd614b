from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reuse', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='adoption',
            name='partners',
            field=models.CharField(blank=True, max_length=250, verbose_name='met welke bedrijven'),
        ),
        migrations.AddField(
            model_name='adoptionevent',
            name='reason',
            field=models.TextField(blank=True, max_length=500),
        ),
    ]
