"""What administrators do about the site itself, and pictures for who works in `/cms/`."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.static import serve

from core.parked import parked_retry

MAY_RETRY = "django_tasks_database.change_dbtaskresult"


@require_POST
@permission_required(MAY_RETRY, raise_exception=True)
def retry_tasks(request: HttpRequest) -> HttpResponse:
    """Put the tasks that gave up back in the queue."""
    count = parked_retry(user=request.user)
    messages.success(request, ngettext("%(n)s taak begint opnieuw.", "%(n)s taken beginnen opnieuw.", count) % {"n": count})
    return redirect("wagtailadmin_home")


@require_safe
def give_picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with a private file; which of them may be asked for, and by whom, is said where the address is."""
    return serve(request, path, document_root=str(settings.PRIVATE_ROOT))
