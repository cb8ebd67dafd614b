"""The lease of a worker and the version of the site have rooms of their own; their tables go along."""

from django.db import migrations


class Migration(migrations.Migration):
    """Rename the tables; the models are made again where they stand now."""

    dependencies = [("core", "0005_name_images")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable("WorkerLease", "worker_workerlease"),
                migrations.AlterModelTable("SiteVersion", "page_cache_siteversion"),
                migrations.AlterModelTable("UncountedChange", "page_cache_uncountedchange"),
            ],
            state_operations=[
                migrations.DeleteModel("WorkerLease"),
                migrations.DeleteModel("SiteVersion"),
                migrations.DeleteModel("UncountedChange"),
            ],
        )
    ]
