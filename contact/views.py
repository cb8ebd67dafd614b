"""The pages on which people ask and answer each other, below `/berichten/`."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from contact import services
from contact.forms import QuestionForm, ReportForm, SettingsForm, StrangerForm, TextForm
from contact.identities import identity_of, other_side, sender_of
from contact.limits import refusal_to_begin, refusal_to_send
from contact.models import (
    MOST_SUBJECT,
    Block,
    Conversation,
    Correspondent,
    Draft,
    Message,
    Participation,
    Report,
)
from contact.recipients import EDITORS, Recipient, find_recipients, takes_questions
from contact.signal_handlers import SESSION_KEY
from contact.texts import split_links
from contact.topics import SEARCH, Topic, read_topic, topic_of
from core.layout import home_url
from core.throttling import AddressThrottle
from members.choices import Seen
from members.limits import limit_reached
from organisations.models import Organisation
from users.requests import AccountRequest

PER_PAGE = 20
QUESTIONS = ("question", "10/h")  # of strangers, per IP address; more than any person types
MOST_SEARCHED = 100  # characters
MOST_DRAFTS = 5  # of one browser
EDITORS_BOX = "redactie"
OFFERS_HERSELF = "contactpersoon"  # in the address, from her own page
ANSWERS_FOR_EDITORS = "contact.answer_for_editors"

keep_nowhere = cache_control(private=True, no_store=True)


@keep_nowhere
@login_required
def inbox(request: AccountRequest) -> HttpResponse:
    """List one's conversations, or those with the editors for who answers for them.

    `q` searches in the archive where that is open, else in all of them.
    """
    is_of_editors = request.GET.get("map") == EDITORS_BOX and request.user.has_perm(ANSWERS_FOR_EDITORS)
    is_archive = "archief" in request.GET
    query = request.GET.get("q", "").replace("\0", "")[:MOST_SEARCHED].strip()
    found = Conversation.objects.of_editors() if is_of_editors else Conversation.objects.of(request.user)
    if is_archive or not query:
        found = found.archived(is_archive)
    found = _search(found, request.user, query) if query else found
    page = Paginator(found.prefetch_related(_sides()), PER_PAGE).get_page(request.GET.get("pagina"))
    account = None if is_of_editors else request.user
    context = {
        "page": page,
        "rows": [(row, other_side(list(row.participations.all()), account)) for row in page],
        "query": query,
        "is_archive": is_archive,
        "is_of_editors": is_of_editors,
        "may_answer_for_editors": request.user.has_perm(ANSWERS_FOR_EDITORS),
        "drafts": Draft.objects.filter(account=request.user),
        "has_archived": not page and Conversation.objects.of(request.user).archived(True).exists(),
        "members_url": f"{home_url()}leden/",
        "breadcrumbs": _crumbs(),
    }
    return render(request, "contact/inbox.html", context)


def _search(found: Any, account: Any, query: str) -> Any:
    """Return of these conversations the ones with these words in the subject or a message."""
    texts = Message.objects.read_by(account).filter(text__icontains=query)
    return found.filter(Q(subject__icontains=query) | Q(pk__in=texts.values("conversation")))


def _sides() -> Prefetch[Any]:
    """Return what names the sides of many conversations in two queries."""
    return Prefetch(
        "participations", Participation.objects.select_related("person__member__organisation").order_by("pk")
    )


def _box(is_of_editors: bool = False) -> str:
    """Return the address of one's own conversations, or of those with the editors."""
    return f"{reverse('inbox')}?map={EDITORS_BOX}" if is_of_editors else reverse("inbox")


def _crumbs(*titles: str, is_of_editors: bool = False) -> list[dict[str, str]]:
    """Return the breadcrumbs of these pages."""
    crumbs = [{"title": _("Start"), "url": home_url()}]
    crumbs.append({"title": _("Berichten"), "url": _box(is_of_editors) if titles else ""})
    return [*crumbs, *({"title": title, "url": ""} for title in titles)]


@keep_nowhere
def new(request: HttpRequest) -> HttpResponse:
    """Show the message box: members ask at once, a stranger's question waits for her account."""
    value = request.GET.get("over", "")
    if value.startswith("member:") and not getattr(request.user, "is_approved", False):
        _rescue(request)
        return redirect_to_login(request.get_full_path())  # for members alone, alike for known and unknown
    topic = read_topic(value, request.user)
    if topic is None:
        raise Http404
    if getattr(request.user, "is_approved", False):
        return _ask(request, topic)  # type: ignore[arg-type]
    return _keep_question(request, topic)


def _ask(request: AccountRequest, topic: Topic, draft: Draft | None = None) -> HttpResponse:
    """Let a member ask; what she typed stays when something is wrong with it."""
    recipients = _find_recipients(request, topic)
    initial = {"key": uuid.uuid4(), "subject": _suggest_subject(topic)}
    body = draft.organisation if draft else _find_wanted(request)
    chosen = _prefer(recipients, body)
    if chosen:
        initial["to"] = chosen
    if request.GET.get("als") == OFFERS_HERSELF and topic.kind == "organisation":
        initial |= _offer_as_contact(topic)
    if draft:
        initial |= {"key": draft.key, "subject": draft.subject, "text": draft.text}
    form = QuestionForm(request.POST or None, recipients=recipients, initial=initial)
    if form.is_valid() and (conversation := _begin(request, form, topic, draft)):
        return redirect(conversation)
    context = {
        "form": form,
        "topic": topic,
        "recipients": recipients,
        "away": [item for item in recipients if item.until],
        "notice": _refusal(request, form.recipients.get(chosen) or next(iter(form.recipients.values()))),
        "missing": None if chosen else body,
        # Who may write to nobody now gets no box; what she typed already stays.
        "is_stopped": request.method != "POST" and draft is None and bool(refusal_to_send(request.user)),
        "needs_profile": getattr(getattr(request.user, "member", None), "organisation", None) is None,
        "me": identity_of(request.user),
        "draft": draft,
        "breadcrumbs": _crumbs(_("Nieuw bericht")),
    }
    return render(request, "contact/new.html", context)


def _find_recipients(request: AccountRequest, topic: Topic) -> list[Recipient]:
    """Return whom she can ask; who was shown too many people sees the editors alone.

    A profile from which she asks was counted when she opened it.
    """
    found = find_recipients(topic, request.user)
    shown = [item.member.slug for item in found if item.member and topic.kind != "member"]
    return found[-1:] if limit_reached(request.user, Seen.CARD, shown) else found


def _refusal(request: AccountRequest, recipient: Recipient) -> str:
    """Return why she may not ask whom the form offers first: it is told before she types."""
    return refusal_to_begin(request.user, recipient.member.user if recipient.member else None)


def _begin(
    request: AccountRequest, form: QuestionForm, topic: Topic, draft: Draft | None
) -> Conversation | None:
    """Send the question; None, with the reason in the form, when she may not."""
    member = form.chosen.member
    other = member.user if member else None
    values = {name: form.cleaned_data[name] for name in ("subject", "text", "shares_address")}
    key = draft.key if draft else form.cleaned_data["key"]
    question = services.Question(topic=topic, key=key, **values)
    try:
        if draft:
            sent = services.draft_send(draft=draft, sender=request.user, other=other, question=question)
        else:
            sent = services.conversation_begin(sender=request.user, other=other, question=question)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    conversation, is_new = sent
    _say_sent(request, is_new)
    return conversation


def _say_sent(request: HttpRequest, is_new: bool) -> None:
    """Say that a message was sent, or that it had been: after the back button, or a second click."""
    if is_new:
        messages.success(request, _("Je bericht is verstuurd."))
    else:
        messages.info(request, _("Dit bericht had je al verstuurd. We stuurden het niet nog eens."))


def _find_wanted(request: HttpRequest) -> Organisation | None:
    """Return the organisation that a link names to be asked, if it does."""
    slug = request.GET.get("aan", "").replace("\0", "")
    return Organisation.objects.filter(slug=slug).first() if slug else None


def _prefer(recipients: list[Recipient], body: Organisation | None) -> str:
    """Return who of these works at the organisation that is to be asked and takes questions, or nobody."""
    bodies = {item.value: item.member.organisation for item in recipients if item.member and not item.until}
    return next((value for value, found in bodies.items() if body and found == body), "")


def _suggest_subject(topic: Topic) -> str:
    """Return a subject to begin with."""
    if topic.kind == SEARCH:
        return _("Wie weet iets van: %(query)s") % {"query": topic.title}
    has_title = topic.title and topic.kind != "member"
    return (_("Vraag over: %(title)s") % {"title": topic.title})[:150] if has_title else ""


def _offer_as_contact(topic: Topic) -> dict[str, str]:
    """Return how a message begins in which somebody asks the editors to answer for an organisation."""
    text = _(
        "Ik werk bij %(body)s en wil op Knooppunt de contactpersoon zijn. "
        "Vragen aan onze organisatie mogen bij mij komen."
    )
    return {
        "to": EDITORS,
        "subject": (_("Contactpersoon van %(body)s") % {"body": topic.title})[:MOST_SUBJECT],
        "text": text % {"body": topic.title},
    }


def _keep_question(request: HttpRequest, topic: Topic) -> HttpResponse:
    """Keep the question of somebody who is no member, until she is one and sends it herself."""
    body = _find_wanted(request)
    kept = _kept_drafts(request).filter(**topic.kept, organisation=body).first()
    shown = {"subject": kept.subject, "text": kept.text} if kept else {"subject": _suggest_subject(topic)}
    form = StrangerForm(request.POST or None, initial=shown)
    if request.method == "POST" and not form.is_of_program:
        if not AddressThrottle(*QUESTIONS).allow_request(request):
            return render(request, "429.html", status=429)
        if form.is_valid():
            _keep_draft(request, form, topic)
            return redirect("inbox" if request.user.is_authenticated else _signup_url())
    context = {"form": form, "topic": topic, "body": body, "kept": kept}
    context["is_reachable"] = body is not None and takes_questions(topic, body)
    context["breadcrumbs"] = _crumbs(_("Nieuw bericht"))
    return render(request, "contact/new_stranger.html", context)


def _signup_url() -> str:
    """Return the address to become a member or to log in, and then to find what was kept."""
    return f"{reverse('account_signup')}?{urlencode({'next': reverse('inbox')})}"


def _kept_drafts(request: HttpRequest) -> QuerySet[Draft]:
    """Return the questions that wait for this account, or else in this browser."""
    if request.user.is_authenticated:
        return Draft.objects.filter(account=request.user)
    return Draft.objects.filter(key__in=request.session.get(SESSION_KEY, []))


def _rescue(request: HttpRequest) -> None:
    """Keep what somebody typed to a member when she is not logged in any more; to whom is not looked up."""
    form = StrangerForm(request.POST or None)
    if not form.is_of_program and form.is_valid() and AddressThrottle(*QUESTIONS).allow_request(request):
        _keep_draft(request, form, Topic())


def _keep_draft(request: HttpRequest, form: StrangerForm, topic: Topic) -> None:
    """Keep what was typed, bound to the account or else to this browser."""
    account = request.user if request.user.is_authenticated else None
    about = topic.kept | {"organisation": _find_wanted(request), "subject": form.cleaned_data["subject"]}
    # The same subject again is the same question with other words: the form began with those of before.
    draft = _kept_drafts(request).filter(**about).first() or Draft(account=account, **about)
    draft.text = form.cleaned_data["text"]
    draft.save()
    if account:
        text = _(
            "We bewaren je vraag 14 dagen. Je kunt hem versturen zodra een moderator je heeft toegelaten."
        )
    else:
        others = (key for key in request.session.get(SESSION_KEY, []) if key != str(draft.key))
        keys = [*others, str(draft.key)]
        request.session[SESSION_KEY] = keys[-MOST_DRAFTS:]
        text = _("We bewaren je vraag 14 dagen. Word lid of log in, dan kun je hem versturen.")
    messages.info(request, text)


@keep_nowhere
@login_required
def draft(request: AccountRequest, thread: uuid.UUID) -> HttpResponse:
    """Let somebody who is a member now send the question that waited for her, or throw it away."""
    found = Draft.objects.filter(key=thread, account=request.user).first()
    if found is None:  # most likely opened again, from the mail or in another window
        messages.info(request, _("Deze vraag is al verstuurd of weggegooid."))
        return redirect("inbox")
    if request.method == "POST" and "weg" in request.POST:
        found.delete()
        messages.success(request, _("Je vraag is weggegooid."))
        return redirect("inbox")
    if not request.user.is_approved:
        return render(
            request, "contact/draft_waits.html", {"draft": found, "breadcrumbs": _crumbs(found.subject)}
        )
    return _ask(request, topic_of(found, request.user), found)


def _own(request: AccountRequest, key: uuid.UUID) -> tuple[Conversation, bool]:
    """Return a conversation that this person may read, and whether she reads it for the editors.

    Raises Http404 for one of others, as for one that does not exist.
    """
    mine = Conversation.objects.of(request.user).filter(key=key).first()
    if mine:
        return mine, False
    if request.user.has_perm(ANSWERS_FOR_EDITORS) and request.user.is_approved:
        return get_object_or_404(Conversation.objects.of_editors(), key=key), True
    raise Http404


@keep_nowhere
@login_required
def conversation(request: AccountRequest, thread: uuid.UUID) -> HttpResponse:
    """Show a conversation as letters, the last one below, with room for an answer."""
    found, is_for_editors = _own(request, thread)
    form = TextForm(request.POST or None)
    if is_for_editors:
        del form.fields["shares_address"]
    if form.is_valid() and _answer(request, form, found, is_for_editors):
        return redirect(found)
    sides = list(found.participations.select_related("person__member__organisation").order_by("pk"))
    account = None if is_for_editors else request.user
    _mark_read(found, account)
    other = next((side for side in sides if side.person_id != (account.pk if account else None)), None)
    letters = found.messages.with_senders().order_by("pk")
    shown = letters.filter(is_withheld=False) if is_for_editors else letters.read_by(request.user)
    context = {
        "conversation": found,
        "letters": [_describe(letter, request.user, is_for_editors) for letter in shown],
        "form": form,
        # Told before she types; what she typed already stays.
        "refusal": "" if is_for_editors or request.method == "POST" else refusal_to_send(request.user),
        "other": other_side(sides, account),
        "is_other_gone": other is None,
        "is_with_editors": other is not None and other.is_of_editors,
        "is_blocked": other is not None and _is_blocked(request.user, other),
        "topic": topic_of(found, request.user),
        "is_for_editors": is_for_editors,
        "breadcrumbs": _crumbs(found.subject, is_of_editors=is_for_editors),
    }
    return render(request, "contact/conversation.html", context)


def _is_blocked(person: Any, other: Participation) -> bool:
    """Tell whether this person wants nothing of the other side; nobody can block the editors."""
    return bool(other.person_id) and Block.objects.filter(person=person, other=other.person_id).exists()


def _answer(request: AccountRequest, form: TextForm, found: Conversation, is_for_editors: bool) -> bool:
    """Send the answer; false, with the reason in the form, when she may not."""
    try:
        _message, is_new = services.message_send(
            conversation=found, sender=request.user, for_editors=is_for_editors, **form.cleaned_data
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    _say_sent(request, is_new)
    return True


def _describe(letter: Message, reader: Any, is_for_editors: bool) -> dict[str, Any]:
    """Return a message as the page shows it."""
    is_mine = (
        letter.is_of_editors if is_for_editors else letter.sender_id == reader.pk and not letter.is_of_editors
    )
    return {
        "message": letter,
        "sender": sender_of(letter),
        # Colleagues answer for the editors too: among themselves they have names.
        "colleague": letter.sender if is_for_editors and is_mine and letter.sender != reader else None,
        "parts": split_links(letter.text),
        "is_mine": is_mine,
        "address": letter.sender.email if letter.shares_address and letter.sender else "",
        "may_report": not is_mine and not letter.is_of_editors and letter.sender_id is not None,
    }


def _mark_read(found: Conversation, account: Any) -> None:
    """Count nothing as unread any more; writes only when something was."""
    Participation.objects.filter(conversation=found, person=account, unread__gt=0).update(unread=0)


@keep_nowhere
@login_required
def archive(request: AccountRequest, thread: uuid.UUID) -> HttpResponse:
    """Put a conversation in the archive, or take it out again."""
    found, is_for_editors = _own(request, thread)
    if request.method != "POST":  # she had to log in again: she sees the button
        return redirect(found)
    side = Participation.objects.filter(conversation=found, person=None if is_for_editors else request.user)
    is_out = "terug" in request.POST
    side.update(archived_at=None if is_out else timezone.now())
    text = _("Het gesprek staat weer bij je berichten.") if is_out else _("Het gesprek staat in het archief.")
    messages.success(request, text)
    return redirect(_box(is_for_editors))


@keep_nowhere
@login_required
def block(request: AccountRequest, thread: uuid.UUID) -> HttpResponse:
    """Keep everything that the other sends from now on from this person, or take that back."""
    found, is_for_editors = _own(request, thread)
    other = None if is_for_editors else _other_person(found, request.user)
    if other is None:
        raise Http404
    if request.method != "POST":
        return redirect(found)
    if "terug" in request.POST:
        services.person_unblock(person=request.user, other=other)
        messages.success(request, _("Je krijgt weer berichten van deze persoon."))
    else:
        services.person_block(person=request.user, other=other)
        messages.success(
            request, _("Je krijgt geen berichten meer van deze persoon. De ander merkt daar niets van.")
        )
    return redirect(found)


def _other_person(found: Conversation, person: Any) -> Any:
    """Return the other account of a conversation, or None."""
    sides = found.participations.exclude(person=person).exclude(person=None)
    side = sides.select_related("person").first()
    return side.person if side else None


@keep_nowhere
@login_required
def report(request: AccountRequest, thread: uuid.UUID, pk: int) -> HttpResponse:
    """Ask what is wrong with a message, then report it to the moderators, and block its sender if wanted."""
    found, is_for_editors = _own(request, thread)
    others = found.messages.filter(is_of_editors=False, is_withheld=False, sender__isnull=False)
    message = get_object_or_404(others.exclude(sender=request.user).with_senders(), pk=pk)
    if Report.objects.filter(message=message, reporter=request.user).exists():
        messages.info(request, _("Je hebt dit bericht al gemeld. Je hoort wat het besluit is."))
        return redirect(found)
    form = ReportForm(request.POST or None)
    if not form.is_valid():
        context = {
            "form": form,
            "conversation": found,
            "letter": _describe(message, request.user, is_for_editors),
            "breadcrumbs": _crumbs(_("Meld een bericht")),
        }
        return render(request, "contact/report.html", context)
    values = {name: form.cleaned_data[name] for name in ("reason", "note")}
    services.message_report(message=message, reporter=request.user, **values)
    messages.success(request, _("Bedankt. Een moderator kijkt ernaar, en je hoort wat het besluit is."))
    if form.cleaned_data["blocks"]:
        services.person_block(person=request.user, other=message.sender)  # type: ignore[arg-type]
        text = _("Je krijgt geen berichten meer van deze persoon. De ander merkt daar niets van.")
        messages.info(request, text)
    return redirect("inbox")


@keep_nowhere
@login_required
def settings(request: AccountRequest) -> HttpResponse:
    """Let somebody choose how many questions she takes, or pause."""
    form = SettingsForm(request.POST or None, instance=Correspondent.objects.of(request.user))
    if form.is_valid():
        form.save()
        messages.success(request, _("Opgeslagen."))
        return redirect("contact_settings")
    blocked = Block.objects.filter(person=request.user).select_related("other__member__organisation")
    context = {
        "form": form,
        "blocked": [(item, identity_of(item.other)) for item in blocked],
        "breadcrumbs": _crumbs(_("Instellingen")),
    }
    return render(request, "contact/settings.html", context)


@keep_nowhere
@require_POST
@login_required
def unblock(request: AccountRequest, pk: int) -> HttpResponse:
    """Take a block back."""
    found = get_object_or_404(Block, pk=pk, person=request.user)
    services.person_unblock(person=request.user, other=found.other)
    messages.success(request, _("Je krijgt weer berichten van deze persoon."))
    return redirect("contact_settings")
