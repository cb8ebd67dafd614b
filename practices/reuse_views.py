"""The views of the pages below a case about its reuse."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from core.layout import home_url
from members.models import Member
from members.workplaces import speaks_for
from organisations.models import Organisation, OrganisationKind
from practices.asked import has_left
from practices.presentation import build_embed, build_provinces, build_reuse
from reuse.choices import Source, Standing, Words
from reuse.forms import EffectFormSet, ProposeForm, RecordForm, effects_of
from reuse.models import Adoption
from reuse.services import (
    REVIEW,
    ChangedMeanwhile,
    Statement,
    adoption_propose,
    adoption_record,
    can_adopt,
    stamp_of,
    was_withdrawn_by,
)
from reuse.timeline import Timeline
from users.models import User
from users.requests import AccountRequest

MOST_SHOWN = 80  # characters of what a colleague wrote meanwhile

keep_nowhere = cache_control(private=True, no_store=True)


def overview(request: HttpRequest, page: Any) -> HttpResponse:
    """Show all that is known of who does this too: the page to send to a colleague."""
    shown = build_reuse(page, request.user)
    reuse = shown["reuse"]
    context = shown | {
        "page": page,
        "timeline": Timeline(reuse.rows),
        "provinces": build_provinces(page, reuse.rows),
        "embed": build_embed(page),
        "may_propose": may_propose(request.user, page),
        "breadcrumbs": _crumbs(page, _("Wie doet dit ook")),
        "language_links": page.get_context(request)["language_links"],
    }
    return render(request, "practices/reuse_page.html", context)


@keep_nowhere
@login_required
def record(request: AccountRequest, page: Any) -> HttpResponse:
    """Let somebody say what her organisation does; what she typed stays when something is wrong with it.

    Who does not speak for her organisation proposes it to its contact.
    """
    if not request.user.is_approved:
        text = _("Dit kan zodra een moderator je heeft toegelaten. Je krijgt dan een e-mail.")
        return _refuse(request, page, text, status=403)
    member = Member.objects.select_related("organisation", "user").filter(user=request.user).first()
    body = member.organisation if member else None
    obstacle = _find_obstacle(body, page)
    if member is None or body is None or obstacle:
        return _refuse(request, page, obstacle, body=body)
    row, speaks = _find_row(page, body), speaks_for(request.user, body)
    is_form_asked = request.method != "POST"
    if row and not speaks and row.standing != Standing.ENDED and is_form_asked:  # told before she types
        return _tell_taken(request, page, row)
    shown = row if row and _may_begin_with(row, request.user, speaks=speaks) else None
    form, effects = _build_forms(request, page, shown, member)
    is_valid = [form.is_valid(), effects.is_valid()]
    if request.method == "POST" and all(is_valid):
        statement = form.statement(effects_of(effects))
        if kept := (_record if speaks else _propose_own)(request, form, page, body, statement):
            return redirect(kept)
    context = {"form": form, "effects": effects, "row": shown, "speaks": speaks, "seen": stamp_of(row)}
    context |= {"formsets": [effects], "has_wrong_rows": bool(effects.total_error_count())}
    context |= {"page": page, "body": body, "breadcrumbs": _crumbs(page, _("Wij doen dit ook"))}
    return render(request, "practices/reuse_record.html", context)


def _find_row(page: Any, body: Organisation) -> Adoption | None:
    """Return the row of this case and organisation; who speaks for it reads hidden words too."""
    return Adoption.objects.of_case(page).filter(organisation=body).first()


def _refuse(
    request: AccountRequest, page: Any, text: str, *, body: Organisation | None = None, status: int = 200
) -> HttpResponse:
    """Say why somebody can record nothing here."""
    crumbs = _crumbs(page, _("Wij doen dit ook"))
    context = {"page": page, "obstacle": text, "body": body, "breadcrumbs": crumbs}
    return render(request, "practices/reuse_record.html", context, status=status)


def _tell_taken(request: AccountRequest, page: Any, row: Adoption) -> HttpResponse:
    """Lead her who does not speak for her organisation to her own proposal, or say that others were first."""
    if row.is_proposal_of(request.user):
        text = _(
            "Dit stelde je al voor. Wil je iets veranderen? Trek het in en begin opnieuw. Dat kan één keer."
        )
        messages.info(request, text)
        return redirect(row)
    text = _("Hierover is al iets vastgelegd of gevraagd. Wie zeker bij jouw organisatie werkt, beslist.")
    return _refuse(request, page, text, body=row.organisation)


def _may_begin_with(row: Adoption, user: User, *, speaks: bool) -> bool:
    """Tell whether the form begins with a row: what is there, or was said before by who fills it in now."""
    if speaks:
        return row.standing != Standing.ENDED or row.source == Source.OWN
    return was_withdrawn_by(row, user)


def _find_obstacle(body: Organisation | None, page: Any) -> str:
    """Return why nothing can be recorded for this organisation, or nothing."""
    if body is None:
        return _("Je profiel zegt nog niet waar je werkt. Vul dat eerst aan.")
    if body.kind == OrganisationKind.BEDRIJF:
        return _(
            "Bedrijven leggen hier niets vast. Een organisatie van de overheid kan jullie noemen als partner."
        )
    if not type(page).objects.listed().filter(pk=page.pk).exists():
        return _("Nog niet iedereen kan dit voorbeeld lezen. Zodra dat kan, kun je dit erbij zetten.")
    if not can_adopt(body, page):
        return _("Jouw organisatie heeft dit voorbeeld zelf gemaakt, en staat er dus al bij.")
    return ""


def _build_forms(request: AccountRequest, page: Any, row: Adoption | None, member: Member) -> tuple[Any, Any]:
    """Return the form, and the rows for effects, with what is known filled in."""
    visible = Member.objects.visible_to(request.user).filter(is_listed=True)
    named = row.contact_id if row else None  # she stays, also when she hides now
    colleagues = Member.objects.filter(Q(pk__in=visible.values("pk")) | Q(pk=named))
    colleagues = colleagues.filter(organisation=member.organisation).exclude(pk=member.pk)
    others = (
        Adoption.objects.said().of_case(page).select_related("organisation").order_by("organisation__name")
    )
    form = RecordForm(
        request.POST or None,
        adoption=row,
        colleagues=[member, *colleagues.exclude(workplace_proof="").order_by("name")],
        others=list(others.exclude(pk=row.pk) if row else others),
    )
    effects: Any = EffectFormSet(request.POST or None, initial=row.effects if row else [], prefix="effecten")
    effects.title = _("Wat leverde het op")
    return form, effects


def _record(
    request: AccountRequest, form: RecordForm, page: Any, body: Organisation, statement: Statement
) -> Adoption | None:
    """Record what was filled in; None, with the reason in the form, when somebody else did meanwhile."""
    before, user, seen = _find_row(page, body), request.user, request.POST.get("seen")
    try:
        row = adoption_record(page=page, organisation=body, user=user, statement=statement, seen=seen)
    except ChangedMeanwhile:
        form.add_error(None, _tell_differences(form, _find_row(page, body), seen or ""))
        return None
    if before and before.is_said:
        messages.success(request, _("Je wijziging is bewaard."))
    else:
        messages.success(request, _("Het staat erbij. Bedankt: hier heeft een ander iets aan."))
    if row.words == Words.WAITING:
        messages.info(request, _("Een redacteur leest je toelichting eerst. Tot dan zien anderen die niet."))
    return row


def _tell_differences(form: RecordForm, row: Adoption | None, seen: str) -> str:
    """Return that somebody changed the row meanwhile, and what stands there now that was not typed here.

    What was only changed here is left out: `seen` is the event with what stood there before.
    """
    said = row.statement if row else {}
    events = row.events.all() if row else []
    nothing: dict[str, Any] = {}
    before = next((event.values for event in events if str(event.pk) == seen), nothing)
    changed = [name for name in form.fields if name in said and said[name] != before.get(name)]
    differs = [
        f"{form.fields[name].label} {_describe(form, name, said[name])}"
        for name in changed
        if form.cleaned_data.get(name) != said[name]
    ]
    text = _("Dit is intussen veranderd, door een collega of in een ander venster. Er is nog niets bewaard.")
    stands = _("Er staat nu: %(facts)s.") % {"facts": "; ".join(differs)}
    again = _("Bewaar je nog eens, dan geldt wat hier staat.")
    return " ".join([text, *([stands] if differs else []), again])


def _describe(form: RecordForm, name: str, value: Any) -> str:
    """Return a value of the form in words, not too long for a sentence."""
    labels = dict(getattr(form.fields[name], "choices", ()))
    return Truncator(str(labels.get(value, value) or _("(leeg)"))).chars(MOST_SHOWN)


def _propose_own(
    request: AccountRequest, form: RecordForm, page: Any, body: Organisation, statement: Statement
) -> Adoption | None:
    """Propose for who only says that she works there what she filled in."""
    proposal = {"source": Source.COLLEAGUE, "values": statement.values}
    return _propose(request, form, page=page, organisation=body, **proposal)


def _propose(request: AccountRequest, form: Any, **proposal: Any) -> Adoption | None:
    """Propose what was filled in; None, with the reason in the form, when it was said or asked already."""
    proposed = adoption_propose(user=request.user, **proposal)
    if proposed is None:
        form.add_error(
            None,
            _(
                "Hierover is al iets vastgelegd of gevraagd. Vaker dan twee keer vragen we het niet. "
                "Dit voorstel is niet nog eens bewaard."
            ),
        )
        return None
    text = _(
        "Je voorstel is bewaard. Wie zeker bij %(body)s werkt, ziet het bij Mijn Knooppunt en beslist. "
        "Antwoordt niemand binnen 60 dagen, dan vervalt het."
    )
    messages.success(request, text % {"body": proposed.organisation})
    return proposed


@keep_nowhere
@login_required
def propose(request: AccountRequest, page: Any) -> HttpResponse:
    """Let the contact of a case or an editor propose that an organisation does this."""
    if not may_propose(request.user, page):
        raise PermissionDenied
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        body = form.cleaned_data["organisation"]
        source = Source.EDITOR if request.user.has_perm(REVIEW) else Source.MAKER
        if not can_adopt(body, page):
            form.add_error("organisation", _("Deze organisatie heeft het voorbeeld zelf gemaakt."))
        elif _propose(request, form, page=page, organisation=body, source=source, values=form.values()):
            return redirect(f"{page.get_url(request)}hergebruik/")
    context = {
        "page": page,
        "form": form,
        "organisations": Organisation.objects.current(),
        "breadcrumbs": _crumbs(page, _("Stel een organisatie voor")),
    }
    return render(request, "practices/reuse_propose.html", context)


def may_propose(user: Any, page: Any) -> bool:
    """Tell whether somebody may propose of other organisations that they do this."""
    if not getattr(user, "is_approved", False):
        return False
    is_contact = page.contact is not None and page.contact.user_id == user.pk and not has_left(page)
    return is_contact or user.has_perm(REVIEW)


def _crumbs(page: Any, title: str) -> list[dict[str, str]]:
    """Return the breadcrumbs of a page below a case."""
    return [
        {"title": _("Start"), "url": home_url()},
        {"title": _("Praktijkvoorbeelden"), "url": f"{home_url()}praktijkvoorbeelden/"},
        {"title": page.title, "url": page.hit_url(), "language": page.language},
        {"title": title, "url": ""},
    ]
