"""Work for editors in the background: synonyms are tried out."""

from functools import partial

from django_tasks import task

from curation.models import SynonymList
from curation.services import synonym_rules
from curation.synonyms import synonym_list_report
from search.client import EngineUnavailable
from search.cms import trial


@task()
def try_synonyms(pk: int) -> None:
    """Try a list of synonyms out; nothing when it is gone, was tried by now or went live."""
    tried = SynonymList.objects.filter(pk=pk, report__isnull=True, live_at=None).first()
    if tried is None:
        return
    try:
        report = trial.try_out(synonym_rules(), tried.rules, partial(synonym_list_report, pk))
    except EngineUnavailable as error:
        synonym_list_report(pk, "", problem=str(error))
    else:
        SynonymList.objects.filter(pk=pk, live_at=None).update(report=report, step="", problem="")
