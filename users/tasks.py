"""Mail that may wait: sent by the worker, so that a mail server that is away does not undo a decision."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import override
from django_tasks import task

from users.models import User


@task()
def decision_mail(user_pk: int, decision: str) -> None:
    """Tell somebody that the account was `approved` or `declined`; nobody is told when it is gone by now."""
    user = User.objects.filter(pk=user_pk).first()
    if user is None:
        return
    with override(settings.LANGUAGE_CODE):
        context = {"user": user, "base_url": settings.WAGTAILADMIN_BASE_URL}
        subject = render_to_string(f"users/mail/{decision}_subject.txt", context).strip()
        body = render_to_string(f"users/mail/{decision}.txt", context)
    send_mail(subject, body, None, [user.email])
