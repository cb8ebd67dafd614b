"""What is due goes on and off the site, with the tasks that follow from it, or not at all."""

import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from organisations.models import Organisation
from pages.models import ContentPage
from search.models import SearchEntry


@pytest.fixture
def due(site_frame: Page) -> tuple[ContentPage, ContentPage]:
    """Return a page that is due to be published, and one that is due to expire."""
    past, later = (timezone.now() + datetime.timedelta(hours=hours) for hours in (-1, 1))
    coming = site_frame.add_child(
        instance=ContentPage(title="Komt", slug="komt", live=False, go_live_at=past)
    )
    coming.save_revision(approved_go_live_at=past)
    going = site_frame.add_child(instance=ContentPage(title="Gaat", slug="gaat", live=False, expire_at=later))
    going.save_revision().publish()
    ContentPage.objects.filter(pk=going.pk).update(expire_at=past)
    DBTaskResult.objects.all().delete()
    return coming, going


def lives() -> tuple[bool, bool]:
    """Tell whether the coming and the going page are on the site."""
    return tuple(ContentPage.objects.get(slug=slug).live for slug in ("komt", "gaat"))  # type: ignore[return-value]


def test_a_page_that_is_due_is_not_there_before_the_command(due: Any, client: Client) -> None:
    assert lives() == (False, True)
    assert client.get("/komt/").status_code == 404


def test_what_is_due_goes_on_and_off_with_its_tasks(due: Any, client: Client, run_tasks: Any) -> None:
    call_command("publish_scheduled", verbosity=0)
    assert lives() == (True, False)
    assert [client.get(address).status_code for address in ("/komt/", "/gaat/")] == [200, 404]
    planned = {
        key
        for row in DBTaskResult.objects.filter(task_path__startswith="search.")
        for key in row.args_kwargs["args"][1]
    }
    assert planned == {page.pk for page in due}
    assert run_tasks() >= 2


@pytest.mark.parametrize("signal", [page_published, page_unpublished], ids=["publishing", "expiring"])
def test_a_failure_half_way_leaves_everything_as_it_was(due: Any, signal: Any) -> None:
    def fail(**kwargs: Any) -> None:
        raise RuntimeError("the power went")

    signal.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            call_command("publish_scheduled", verbosity=0)
    finally:
        signal.disconnect(fail)
    assert lives() == (False, True)
    assert not DBTaskResult.objects.exists()


def test_one_that_cannot_go_live_is_named_and_keeps_nobody_waiting(
    due: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    past = timezone.now() - datetime.timedelta(hours=2)
    wrong = (
        due[0]
        .get_parent()
        .add_child(instance=ContentPage(title="Fout", slug="fout", live=False, go_live_at=past))
    )
    revision = wrong.save_revision(approved_go_live_at=past)
    revision.content["slug"] = "gaat"
    revision.save()
    call_command("publish_scheduled", verbosity=0)
    assert lives() == (True, False)
    assert not ContentPage.objects.get(pk=wrong.pk).live
    assert "Fout cannot go live" in capsys.readouterr().err


def test_a_second_run_finds_nothing_to_do(due: Any) -> None:
    call_command("publish_scheduled", verbosity=0)
    DBTaskResult.objects.all().delete()
    call_command("publish_scheduled", verbosity=0)
    assert not DBTaskResult.objects.exists()


def test_a_trial_changes_nothing(due: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("publish_scheduled", "--dryrun")
    assert lives() == (False, True)
    assert "Komt" in capsys.readouterr().out


def test_a_body_of_which_the_last_day_is_over_goes_out_of_search(site_frame: Page, run_tasks: Any) -> None:
    today = timezone.localdate()
    body = Organisation.objects.create(name="Gemeente Voorbij", ended_date=today + datetime.timedelta(days=1))
    run_tasks()
    found = SearchEntry.of("organisations.organisation", object_id=body.pk)
    call_command("publish_scheduled", verbosity=0)
    assert run_tasks() == 0
    assert found.exists()
    Organisation.objects.filter(pk=body.pk).update(ended_date=today)
    call_command("publish_scheduled", verbosity=0)
    run_tasks()
    assert not found.exists()
    call_command("publish_scheduled", verbosity=0)
    assert not DBTaskResult.objects.ready().exists()
