from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_uncountedchange'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='siteimage',
            options={'verbose_name': 'afbeelding', 'verbose_name_plural': 'afbeeldingen'},
        ),
    ]
