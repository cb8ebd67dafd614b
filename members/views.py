"""The profile of a member, for other members."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from core.layout import home_url
from members.choices import Seen
from members.content import is_seen_by_others
from members.gate import refuse_stranger
from members.limits import refuse_greedy
from members.models import Member
from members.services import public_cases, visible_fields
from members.vcards import build_vcard

keep_nowhere = cache_control(private=True, no_store=True)


@keep_nowhere
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a profile to a member of the network; anyone else goes to the login page, for any slug."""
    # Counted before anybody looks for it: a limit does not tell which profiles exist.
    refused = refuse_stranger(request) or refuse_greedy(request, Seen.PROFILE, [slug])
    if refused:
        return refused
    member = get_object_or_404(Member.objects.visible_to(request.user).with_content(), slug=slug)
    shown = visible_fields(member, request.user)
    return render(request, "members/member_detail.html", _profile_context(request, member, shown))


def _profile_context(request: HttpRequest, member: Member, shown: dict[str, Any]) -> dict[str, Any]:
    """Return what the page of a profile shows."""
    crumbs = [
        {"title": _("Start"), "url": home_url()},
        {"title": _("Leden"), "url": f"{home_url()}leden/"},
        {"title": shown["name"], "url": ""},
    ]
    return {
        "member": member,
        "shown": shown,
        "cases": public_cases(member),
        "is_self": member.user_id == request.user.pk,
        "is_seen_by_others": is_seen_by_others(member),
        "breadcrumbs": crumbs,
    }


@keep_nowhere
def vcard(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the card of a member who allows that; it counts as opening her profile."""
    refused = refuse_stranger(request) or refuse_greedy(request, Seen.PROFILE, [slug])
    if refused:
        return refused
    sharing = Member.objects.visible_to(request.user).filter(shares_card=True)
    member = get_object_or_404(sharing.with_content(), slug=slug)
    url = urljoin(settings.WAGTAILADMIN_BASE_URL, member.get_absolute_url())
    text = build_vcard(member, visible_fields(member, request.user), url)
    headers = {"Content-Disposition": f'attachment; filename="{member.slug}.vcf"'}
    return HttpResponse(text, content_type="text/vcard; charset=utf-8", headers=headers)


@keep_nowhere
def photo(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Answer with the photo: to members who may see it, and to visitors if it is public and beside a case."""
    refused = refuse_stranger(request)
    if refused:
        member = Member.objects.with_public_photo().filter(slug=slug).first()
        return photo_response(member) if member else refused
    if refused := refuse_greedy(request, Seen.CARD, [slug]):
        return refused
    member = get_object_or_404(Member.objects.visible_to(request.user), slug=slug)
    if "photo" not in visible_fields(member, request.user):
        raise Http404
    return photo_response(member)


def photo_response(member: Member) -> HttpResponseBase:
    """Answer with the file; raises Http404 if it is gone."""
    try:
        return FileResponse(member.photo.open(), content_type="image/webp")
    except (FileNotFoundError, ValueError) as error:
        raise Http404 from error
