"""The pages on which a member keeps her own profile."""

from functools import partial
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core.ratelimit import consume
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from members import content
from members.forms import ProfileForm, build_formsets
from members.handovers import tell_what_passes_on
from members.meanwhile import name_differences, stamp_of
from members.models import Member
from members.services import profile_save, profile_withdraw, public_cases
from members.views import keep_nowhere, photo_response
from organisations.models import Organisation
from users.models import User
from users.requests import AccountRequest


@keep_nowhere
@login_required
def own_profile(request: AccountRequest) -> HttpResponse:
    """Show the member her status, and her profile as each group of people sees it."""
    member = Member.objects.with_content().filter(user=request.user).first()
    context: dict[str, Any] = {"member": member}
    if member:
        context |= {
            "public": content.build_card(member, content.ANYONE),
            "for_members": content.shown_fields(member, content.MEMBERS),
            "for_colleagues": content.shown_fields(member, content.COLLEAGUES),
            "cases": public_cases(member),
        }
    return render(request, "members/own_profile.html", context)


@keep_nowhere
@login_required
def edit(request: AccountRequest) -> HttpResponse:
    """Let the member make or change her profile; what she typed stays when something is wrong with it.

    Who comes from a page that needs her profile goes back there.
    """
    member, back = _own(request) or _begin(request.user), get_next_redirect_url(request)
    may_send_photo = partial(consume, request, action="profile_photo", user=request.user)
    form = ProfileForm(
        request.POST or None, request.FILES or None, instance=member, may_send_photo=may_send_photo
    )
    expertise, sought = build_formsets(member, request.POST or None)
    is_valid = [part.is_valid() for part in (form, expertise, sought)]
    stored = _own(request)  # anew, as the form has filled in the one above
    is_current = _is_current(request, stored, form, [expertise, sought])
    if request.method == "POST" and is_current and all(is_valid):
        profile_save(
            member=form.save(commit=False), expertise=expertise.chosen_with_level(), sought=sought.chosen()
        )
        return _leave_form(request, member, back)
    if request.method == "POST":
        form.ask_for_photo_again()
    context = {
        "form": form,
        "expertise": expertise,
        "sought": sought,
        "formsets": [expertise, sought],
        "has_wrong_rows": bool(expertise.total_error_count() or sought.total_error_count()),
        "organisations": Organisation.objects.current(),
        "has_photo": bool(stored and stored.photo),
        "passes_on": tell_what_passes_on(stored) if stored else [],
        "stamp": stamp_of(stored),
        "back": back,
    }
    return render(request, "members/profile_form.html", context)


def _leave_form(request: AccountRequest, member: Member, back: str | None) -> HttpResponse:
    """Say that the profile was saved, and go to the page that needed it, or to the profile."""
    messages.success(request, _("Je profiel is opgeslagen."))
    if member.organisation and not member.workplace_proof and not back:
        messages.info(request, _("Je organisatie is nog niet bevestigd. Hieronder lees je waarom."))
    return redirect(back or "profile")


@keep_nowhere
@login_required
def own_photo(request: AccountRequest) -> HttpResponseBase:
    """Answer with the member's own photo, even if nobody else may see it."""
    member = _own(request)
    if member is None:
        raise Http404
    return photo_response(member)


@keep_nowhere
@login_required
def delete(request: AccountRequest) -> HttpResponse:
    """Ask whether to delete the profile, then delete it; the account stays."""
    member = get_object_or_404(Member, user=request.user)
    if request.method != "POST":
        return render(request, "members/profile_delete.html", {"member": member})
    profile_withdraw(member=member)
    messages.success(request, _("Je profiel is verwijderd. Je account bestaat nog."))
    return redirect("profile")


def _begin(user: User) -> Member:
    """Return a profile to begin with: her name, and where she said to work if that is one body."""
    workplace = Organisation.objects.current().resolve(user.organisation_hint)
    return Member(user=user, name=user.get_full_name(), organisation=workplace)


def _own(request: AccountRequest) -> Member | None:
    """Return the profile of the account that asks."""
    return Member.objects.select_related("organisation").filter(user=request.user).first()


def _is_current(
    request: AccountRequest, stored: Member | None, form: ProfileForm, formsets: list[Any]
) -> bool:
    """Tell whether the profile is as when the form was opened; else the form says what would be undone.

    It says so once: the page that says it carries the profile of now.
    """
    if request.method != "POST" or request.POST.get("stamp", "") == stamp_of(stored):
        return True
    if names := name_differences(stored, form, formsets):
        text = _(
            "Je profiel is intussen gewijzigd, misschien in een ander venster. Er is nog niets opgeslagen. "
            "Dit is nu anders dan wat je hieronder ziet: %(names)s. "
            "Sla je profiel nog eens op als het zo moet worden."
        )
        form.add_error(None, text % {"names": "; ".join(names)})
    return not names
