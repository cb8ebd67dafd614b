"""The page behind a link in a mail: looking changes nothing, the button does what it says, once."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from mail.models import SignedLink
from mail.purposes import PURPOSES, Question

MOST_TEXT = 2000  # characters


class TextForm(forms.Form):
    """The words that a link may ask for."""

    use_required_attribute = False  # an empty field would be red before anybody typed

    text = forms.CharField(max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, question: Question, data: Any) -> None:
        """Label the field as the question does, or leave it out."""
        super().__init__(data)
        if question.text_label:
            self.fields["text"].label = question.text_label
        else:
            del self.fields["text"]


@never_cache
def signed_link(request: HttpRequest, token: str) -> HttpResponse:
    """Say for whom the link is and what it asks; do it when the button is pressed.

    A link that was used, that is too old or has nothing left to ask says so, and one of another account than
    that which is logged in.
    """
    link = SignedLink.find(token)
    purpose = PURPOSES.get(link.purpose) if link else None
    if link is None or purpose is None:
        return _answer(request, {}, status=404)
    if request.user.is_authenticated and request.user.pk != link.person_id:
        return _answer(request, {"link": link, "is_of_other": True}, status=403)
    question = None if link.used_at or link.is_expired else purpose.ask(link)
    context: dict[str, Any] = {"link": link, "question": question}
    if question:
        form = context["form"] = TextForm(question, request.POST if request.method == "POST" else None)
        if form.is_valid() and _use(link):
            context["done"] = purpose.do(link, form.cleaned_data.get("text", ""))
    return _answer(request, context)


def _use(link: SignedLink) -> bool:
    """Mark the link as used; false when somebody else just did, with the same mail in two windows."""
    return bool(SignedLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now()))


def _answer(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Show the page; nobody whom it links to may learn its address, which works without logging in."""
    response = render(request, "mail/signed_link.html", context, status=status)
    response["Referrer-Policy"] = "same-origin"  # with "no-referrer" browsers post without an origin
    return response
