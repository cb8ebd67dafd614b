"""The addresses of a stock site, and that of the writes of a proof."""

import random
from typing import Any

from cases.models import CasePage, Theme
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from home.models import HomePage
from stock.urls import *  # noqa: F403
from stock.urls import urlpatterns

FEW, MOST_CASES = 40, 60


def _pick(rows: Any, draw: random.Random) -> CasePage:
    """Return one of the first cases."""
    return CasePage.objects.get(
        pk=draw.choice(list(rows.order_by("pk").values_list("pk", flat=True)[:FEW]) or [0])
    )


def publish(draw: random.Random) -> None:
    """Publish a case with another title."""
    page = _pick(CasePage.objects.all(), draw)
    page.title = f"Nummer {draw.randrange(10**9)}"
    page.save_revision().publish()


def unpublish(draw: random.Random) -> None:
    """Take a case off line."""
    _pick(CasePage.objects.live(), draw).unpublish()


def create(draw: random.Random) -> None:
    """Make a case."""
    if CasePage.objects.count() < MOST_CASES:
        number = draw.randrange(10**9)
        page = CasePage(
            title=f"Nummer {number}", slug=f"proef-{number}", theme=Theme.objects.order_by("pk")[0]
        )
        HomePage.objects.get(slug="praktijkvoorbeelden").add_child(instance=page)


def delete(draw: random.Random) -> None:
    """Delete a case."""
    _pick(CasePage.objects.filter(slug__startswith="proef-"), draw).delete()


@csrf_exempt
def write(request: HttpRequest, kind: str, seed: int) -> HttpResponse:
    """Do one write of any kind."""
    draw = random.Random(seed)
    try:
        draw.choices([publish, unpublish, create, delete], [6, 3, 2, 2])[0](draw)
    except ObjectDoesNotExist:
        return HttpResponse(status=404)
    except DatabaseError:
        return HttpResponse(status=409)
    return HttpResponse("ok")


def healthz(request: HttpRequest) -> HttpResponse:
    """Tell that the process answers."""
    return HttpResponse("ok")


urlpatterns = [path("healthz", healthz), path("proof/<str:kind>/<int:seed>/", write), *urlpatterns]
