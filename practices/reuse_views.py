"""The views of the pages below a case about its reuse."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from core.layout import home_url
from members.models import Member
from members.workplaces import speaks_for
from organisations.models import Organisation, OrganisationKind
from practices.asked import has_left
from practices.presentation import build_embed, build_lineage, build_own, build_provinces, build_reuse
from reuse.choices import Source, Standing, Words
from reuse.forms import EffectFormSet, ProposeForm, RecordForm, effects_of
from reuse.models import Adoption
from reuse.services import REVIEW, adoption_propose, adoption_record, can_adopt
from reuse.timeline import Timeline
from users.requests import AccountRequest

keep_nowhere = cache_control(private=True, no_store=True)


def overview(request: HttpRequest, page: Any) -> HttpResponse:
    """Show all that is known of who does this too: the page to send to a colleague."""
    reuse = build_reuse(page, request.user)
    context = {
        "page": page,
        "reuse": reuse,
        "lineage": build_lineage(page, reuse),
        "timeline": Timeline(reuse.rows),
        "provinces": build_provinces(page, reuse.rows),
        "embed": build_embed(page),
        "may_propose": may_propose(request.user, page),
        **build_own(page, request.user),
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
        told = {"page": page, "breadcrumbs": _crumbs(page, _("Wij doen dit ook"))}
        told["obstacle"] = _("Dit kan zodra een moderator je heeft toegelaten. Je krijgt dan een e-mail.")
        return render(request, "practices/reuse_record.html", told, status=403)
    member = Member.objects.select_related("organisation", "user").filter(user=request.user).first()
    body = member.organisation if member else None
    context = {"page": page, "body": body, "breadcrumbs": _crumbs(page, _("Wij doen dit ook"))}
    obstacle = _find_obstacle(body, page)
    if member is None or body is None or obstacle:
        return render(request, "practices/reuse_record.html", context | {"obstacle": obstacle})
    speaks, row = speaks_for(request.user, body), _find_row(body, page)
    if row and not speaks:  # what is there is of who speaks for it; told before she types
        obstacle = _(
            "Hierover is al iets vastgelegd of gevraagd. Wie zeker bij jouw organisatie werkt, beslist."
        )
        return render(request, "practices/reuse_record.html", context | {"obstacle": obstacle})
    past = None if row or not speaks else _find_past(body, page)
    form, effects = _build_forms(request, page, row or past, member)
    seen = _stamp_of(row)
    is_valid = [form.is_valid(), effects.is_valid()]
    if all(is_valid) and request.POST.get("seen", seen) != seen:
        form.add_error(None, _tell_differences(form, row))
        is_valid.append(False)
    if request.method == "POST" and all(is_valid):
        return _keep(request, page, body, form, effects)
    errors = {"formsets": [effects], "has_wrong_rows": bool(effects.total_error_count())}
    context |= {"form": form, "effects": effects, "row": row, "past": past, "speaks": speaks, "seen": seen}
    context |= errors
    return render(request, "practices/reuse_record.html", context)


def _find_row(body: Organisation, page: Any) -> Adoption | None:
    """Return what an organisation said, or what was proposed; who speaks for it reads hidden words too."""
    return Adoption.objects.of_case(page).filter(organisation=body).exclude(standing=Standing.ENDED).first()


def _find_past(body: Organisation, page: Any) -> Adoption | None:
    """Return what an organisation said of a case before it took that off, to begin with."""
    rows = Adoption.objects.of_case(page).filter(organisation=body, standing=Standing.ENDED)
    return rows.filter(source=Source.OWN).first()


def _stamp_of(row: Adoption | None) -> str:
    """Return what a form keeps of the row from which it was filled: what happened to it last."""
    latest = row.events.first() if row else None
    return str(latest.pk) if latest else ""


def _tell_differences(form: RecordForm, row: Adoption | None) -> str:
    """Return that somebody changed the row meanwhile, and where it differs from what was typed."""
    said = row.statement if row else {}
    shown = {name: field for name, field in form.fields.items() if name in said}
    labels = [str(field.label) for name, field in shown.items() if form.cleaned_data.get(name) != said[name]]
    text = _("Dit is intussen veranderd, door een collega of in een ander venster. Er is nog niets bewaard.")
    differs = _("Dit staat er nu anders: %(names)s") % {"names": " ".join(labels)}
    again = _("Bewaar je nog eens, dan geldt wat hier staat.")
    return " ".join([text, *([differs] if labels else []), again])


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


def _keep(request: AccountRequest, page: Any, body: Organisation, form: Any, effects: Any) -> HttpResponse:
    """Record what was filled in, or propose it."""
    statement = form.statement(effects_of(effects))
    if not speaks_for(request.user, body):
        proposed = adoption_propose(
            page=page,
            organisation=body,
            user=request.user,
            source=Source.COLLEAGUE,
            values=statement.values,
        )
        _tell_proposed(request, proposed)
        return redirect(proposed or f"{page.get_url(request)}hergebruik/")
    was = _find_row(body, page)
    row = adoption_record(page=page, organisation=body, user=request.user, statement=statement)
    if was and was.is_said:
        messages.success(request, _("Je wijziging is bewaard."))
    else:
        messages.success(request, _("Het staat erbij. Bedankt: hier heeft een ander iets aan."))
    if row.words == Words.WAITING:
        messages.info(request, _("Een redacteur leest je toelichting eerst. Tot dan zien anderen die niet."))
    return redirect(row)


def _tell_proposed(request: AccountRequest, proposed: Adoption | None) -> None:
    """Say what became of a proposal."""
    if proposed:
        text = _("Je voorstel is bewaard. Wie zeker voor de organisatie werkt, ziet het bij Mijn Knooppunt.")
        messages.success(request, text)
    else:
        messages.info(request, _("Hierover is al iets vastgelegd of gevraagd. Je voorstel is niet bewaard."))


@keep_nowhere
@login_required
def propose(request: AccountRequest, page: Any) -> HttpResponse:
    """Let the contact of a case or an editor propose that an organisation does this."""
    if not may_propose(request.user, page):
        raise PermissionDenied
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        body = form.cleaned_data["organisation"]
        if can_adopt(body, page):
            source = Source.EDITOR if request.user.has_perm(REVIEW) else Source.MAKER
            values, user = form.values(), request.user
            _tell_proposed(
                request,
                adoption_propose(page=page, organisation=body, user=user, source=source, values=values),
            )
            return redirect(f"{page.get_url(request)}hergebruik/")
        form.add_error("organisation", _("Deze organisatie heeft het voorbeeld zelf gemaakt."))
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
