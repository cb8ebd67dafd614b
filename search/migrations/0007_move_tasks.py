"""Tasks have moved to the floor that does them; what waits or failed goes along."""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace

OLD, NEW = "search.tasks.", "search.index.tasks."
TRIAL = "try_synonyms"


def move(apps, schema_editor):
    """Give each task the place where its function stands now."""
    tasks = apps.get_model("django_tasks_database", "DBTaskResult").objects
    tasks.filter(task_path=f"{OLD}{TRIAL}").update(task_path=f"search.cms.tasks.{TRIAL}")
    tasks.filter(task_path__startswith=OLD).update(task_path=Replace(F("task_path"), Value(OLD), Value(NEW)))


def move_back(apps, schema_editor):
    """Give each task the place where its function stood before."""
    tasks = apps.get_model("django_tasks_database", "DBTaskResult").objects
    tasks.filter(task_path=f"search.cms.tasks.{TRIAL}").update(task_path=f"{OLD}{TRIAL}")
    tasks.filter(task_path__startswith=NEW).update(task_path=Replace(F("task_path"), Value(NEW), Value(OLD)))


class Migration(migrations.Migration):
    """Change rows of the queue alone."""

    dependencies = [("search", "0006_words_counted_with_the_copy"), ("django_tasks_database", "0021_conditional_partial_index_ordering")]
    operations = [migrations.RunPython(move, move_back)]
