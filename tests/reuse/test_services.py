"""What is done to adoptions, by whom, and what is kept of it."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from activity.models import Activity
from practices.presentation import build_provinces
from practices.services import latest_adopted
from reuse.choices import Change, Source, Standing, Status, Via, Words
from reuse.lists import CaseAdoptions
from reuse.models import Adoption
from reuse.services import (
    adoption_agree,
    adoption_confirm,
    adoption_decline,
    adoption_propose,
    adoption_set_words,
    adoption_undo,
    can_adopt,
)

DAY = datetime.timedelta(days=1)


def changes(row: Adoption) -> list[str]:
    """Return what happened to a row, the latest first."""
    return list(row.events.values_list("change", flat=True))


def again(row: Adoption) -> Adoption:
    """Return the row as the database has it."""
    return Adoption.objects.get(pk=row.pk)


def test_what_an_organisation_says_counts_at_once_and_is_kept_as_an_event(record: Any, case: Any) -> None:
    row = again(record(status="pilot", since=2024, scope="Twee wijken"))
    assert (row.standing, row.source, row.status) == (Standing.CONFIRMED, Source.OWN, "pilot")
    assert row.revision == case.live_revision
    event = row.events.get()
    assert (event.change, event.by, event.via) == (Change.RECORDED, row.recorded_by, Via.SITE)
    assert (event.values["since"], event.values["scope"]) == (2024, "Twee wijken")
    assert list(case.adopters) == [row]
    assert Activity.objects.get().subject == row


def test_a_colleague_goes_on_in_the_row_that_is_there(record: Any, make_member: Any, ede: Any) -> None:
    row = record(status="pilot")
    later = record(user=make_member("sam", ede), status="in-use")
    assert (later.pk, changes(row)) == (row.pk, [Change.CHANGED, Change.RECORDED])
    assert again(row).recorded_by == row.recorded_by
    assert Activity.objects.count() == 1


def test_nothing_that_was_said_is_overwritten(record: Any) -> None:
    row = record(changed="Eerst dit.")
    record(changed="Toen dat.")
    assert [event.values["changed"] for event in row.events.all()] == ["Toen dat.", "Eerst dit."]


def test_a_company_and_who_made_the_case_adopt_nothing(case: Any, make_body: Any) -> None:
    maker = case.organisations()[0]
    assert not can_adopt(maker, case)
    assert not can_adopt(make_body("Bedrijf BV", kind="bedrijf"), case)
    assert can_adopt(make_body("Gemeente Epe"), case)


def test_who_later_made_the_case_does_not_count_as_an_adopter(record: Any, case: Any, ede: Any) -> None:
    record()
    case.organisation_links.create(organisation=ede)
    case.save_revision().publish()
    page = type(case).objects.with_everything().get(pk=case.pk)
    assert (page.adopters, page.users) == ([], [])
    (card,) = type(case).cards().filter(pk=case.pk)
    assert card.reuse == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, Words.SHOWN),
        ({"changed": "Wij meten per uur."}, Words.WAITING),
    ],
)
def test_words_of_a_first_row_wait_but_a_status_does_not(record: Any, words: Any, expected: str) -> None:
    assert again(record(**words)).words == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wij meten per uur.", Words.SHOWN),
        ("Zie https://spam.example/nu", Words.WAITING),
        ("Bel 06-12345678", Words.WAITING),
        ("Mail noor@adres.example", Words.WAITING),
    ],
)
def test_words_of_somebody_known_wait_when_they_have_a_link_or_an_address(
    record: Any, case: Any, noor: Any, make_body: Any, adopt: Any, text: str, expected: str
) -> None:
    for number in range(3):
        adopt(case, make_body(f"Gemeente {number}"), recorded_by=noor, scope="Overal")
    assert again(record(changed=text)).words == expected


def test_an_editor_shows_and_hides_words_and_who_wrote_them_hears_of_it(
    record: Any, editor: Any, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    row = record(changed="Wij meten per uur.")
    assert adoption_set_words(adoption=row, user=editor, is_shown=True)
    assert not adoption_set_words(adoption=row, user=editor, is_shown=True)
    assert adoption_set_words(adoption=row, user=editor, is_shown=False)
    assert (again(row).words, again(row).standing) == (Words.HIDDEN, Standing.CONFIRMED)
    run_tasks()
    assert [mail.to for mail in mailoutbox][-1] == ["noor@adres.example"]
    assert "verborgen" in mailoutbox[-1].subject


def test_hidden_words_stay_hidden_until_they_are_changed(record: Any, editor: Any) -> None:
    row = record(changed="Wij meten per uur.")
    adoption_set_words(adoption=row, user=editor, is_shown=False)
    record(changed="Wij meten per uur.", since=2020)
    assert again(row).words == Words.HIDDEN
    record(changed="Wij meten per dag.")
    assert again(row).words == Words.WAITING


def test_the_last_change_can_be_undone_for_a_day(record: Any, noor: Any, time_machine_day: Any) -> None:
    row = record(status="pilot", changed="Eerst dit.")
    record(status="in-use", changed="Toen dat.")
    assert adoption_undo(adoption=row, user=noor)
    assert (again(row).status, again(row).changed) == ("pilot", "Eerst dit.")
    assert changes(row)[0] == Change.UNDONE
    assert not adoption_undo(adoption=row, user=noor)
    record(status="in-use")
    row.events.update(at=timezone.now() - DAY)
    assert not adoption_undo(adoption=row, user=noor)


@pytest.fixture
def time_machine_day(no_time_passes: None) -> None:
    """Stop the clock."""


def test_what_was_said_first_of_all_is_taken_off_and_not_undone(record: Any, noor: Any, case: Any) -> None:
    row = record()
    assert not adoption_undo(adoption=row, user=noor)
    adoption_decline(adoption=row, user=noor, via=Via.SITE)
    assert str(row.events.first()) == "eraf gehaald"
    assert (again(row).standing, latest_adopted(3)) == (Standing.ENDED, [])
    assert not Adoption.objects.public().exists()
    record()
    assert (again(row).standing, Activity.objects.count()) == (Standing.CONFIRMED, 1)


def test_a_proposal_counts_nowhere_and_shows_only_with_a_public_source(
    case: Any, ede: Any, editor: Any
) -> None:
    row = adoption_propose(
        page=case, organisation=ede, user=editor, source=Source.EDITOR, values={"status": Status.IN_USE}
    )
    assert (row.standing, case.adopters, Adoption.objects.public().count()) == (Standing.PROPOSED, [], 0)
    Adoption.objects.update(proof="https://ede.example/besluit")
    assert Adoption.objects.public().count() == 1
    Adoption.objects.update(status=Status.STOPPED)
    assert Adoption.objects.public().count() == 0
    assert not Activity.objects.exists()


def propose(case: Any, body: Any, user: Any = None) -> Adoption | None:
    """Propose that an organisation does what the case describes."""
    values = {"status": Status.IN_USE}
    return adoption_propose(page=case, organisation=body, user=user, source=Source.EDITOR, values=values)


def test_a_proposal_changes_nothing_that_the_organisation_said(record: Any, case: Any, ede: Any) -> None:
    row = record(status="pilot")
    assert propose(case, ede) is None
    assert again(row).status == "pilot"


def test_an_organisation_is_asked_at_most_twice_and_never_after_it_declined(
    case: Any, ede: Any, noor: Any, make_body: Any
) -> None:
    for _turn in range(2):
        assert propose(case, ede)
        Adoption.objects.update(standing=Standing.ENDED)
    assert propose(case, ede) is None
    row = propose(case, make_body("Gemeente Epe"))
    assert adoption_decline(adoption=row, user=noor, via=Via.SITE)
    assert propose(case, row.organisation) is None


def test_a_confirmed_proposal_is_the_organisations_own(case: Any, ede: Any, noor: Any) -> None:
    row = propose(case, ede)
    assert adoption_confirm(adoption=row, user=noor, via=Via.LINK)
    assert (again(row).standing, again(row).source) == (Standing.CONFIRMED, Source.OWN)
    assert (changes(row), row.events.first().via) == ([Change.CONFIRMED, Change.PROPOSED], Via.LINK)
    assert Activity.objects.count() == 1
    assert adoption_confirm(adoption=row, user=noor, via=Via.SITE)
    assert changes(row)[0] == Change.RECONFIRMED
    assert adoption_decline(adoption=row, user=noor, via=Via.SITE)
    assert not adoption_confirm(adoption=row, user=noor, via=Via.SITE)


def test_a_line_of_adoptions_never_becomes_a_circle(
    record: Any, case: Any, make_body: Any, make_member: Any
) -> None:
    first = record()
    epe = make_body("Gemeente Epe")
    second = record(user=make_member("sam", epe), body=epe, started_from=first)
    assert again(second).started_from == first
    record(started_from=second)
    assert again(first).started_from is None
    record(started_from=first)
    assert again(first).started_from is None


def test_somebody_else_is_named_only_after_she_agreed(
    record: Any, make_member: Any, ede: Any, noor: Any, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    sam = make_member("sam", ede)
    row = record(contact=sam.member)
    assert not again(row).has_contact_agreed
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [["sam@adres.example"]]
    assert not adoption_agree(adoption=row, user=noor)
    assert adoption_agree(adoption=row, user=sam)
    assert again(row).has_contact_agreed
    assert record(contact=noor.member).has_contact_agreed


def test_the_contact_of_a_case_hears_of_it_in_one_letter_a_week(
    record: Any, case: Any, make_member: Any, make_body: Any, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    owner = make_member("eigenaar", case.organisations()[0])
    case.contact = owner.member
    case.save_revision().publish()
    record()
    epe = make_body("Gemeente Epe")
    record(user=make_member("sam", epe), body=epe)
    letters = owner.deliveries.filter(kind="adoptions_of_case")
    assert letters.count() == 1
    assert letters.get().next_at > timezone.now() + 6 * DAY


def test_words_wait_once_an_editor_hid_words_of_that_row_also_of_somebody_known(
    record: Any, case: Any, noor: Any, editor: Any, make_body: Any, adopt: Any
) -> None:
    for number in range(3):
        adopt(case, make_body(f"Gemeente {number}"), recorded_by=noor, scope="Overal")
    row = record(changed="Wij meten per uur.")
    assert again(row).words == Words.SHOWN
    adoption_set_words(adoption=row, user=editor, is_shown=False)
    record(changed="")
    record(changed="Wij meten per uur.")
    assert again(row).words == Words.WAITING
    adoption_set_words(adoption=row, user=editor, is_shown=False)
    adoption_decline(adoption=row, user=noor, via=Via.SITE)
    record(changed="Wij meten per uur.")
    assert again(row).words == Words.HIDDEN


def test_who_answers_a_proposal_on_the_form_records_it_anew(case: Any, record: Any, noor: Any) -> None:
    row = propose(case, noor.member.organisation)
    record()
    assert changes(row) == [Change.RECORDED, Change.PROPOSED]
    assert (again(row).recorded_by, again(row).revision) == (noor, case.live_revision)
    assert Activity.objects.get().subject == row
    assert adoption_undo(adoption=row, user=noor)
    assert (again(row).standing, latest_adopted(3)) == (Standing.PROPOSED, [])


def test_a_proposal_takes_nothing_along_from_what_was_undone(
    case: Any, record: Any, noor: Any, ede: Any, make_body: Any, adopt: Any
) -> None:
    other = adopt(case, make_body("Gemeente Epe"))
    row = record(contact=noor.member, started_from=other, on_behalf_of=(other.organisation,), scope="Wijk")
    Adoption.objects.update(standing=Standing.ENDED)
    assert propose(case, ede) == row
    left = again(row)
    assert (left.contact, left.has_contact_agreed, left.started_from) == (None, False, None)
    assert (list(left.on_behalf_of.all()), left.scope) == ([], "")


def test_an_undo_puts_back_since_when_it_was_confirmed(record: Any, noor: Any) -> None:
    row = record(status="pilot")
    long_ago = timezone.now() - 600 * DAY
    Adoption.objects.update(standing=Standing.AGED, confirmed_at=long_ago)
    record(status="in-use")
    assert adoption_undo(adoption=row, user=noor)
    assert (again(row).standing, again(row).confirmed_at) == (Standing.AGED, long_ago)


def test_what_made_up_people_say_is_made_up_until_somebody_real_says_so(
    record: Any, make_member: Any, ede: Any, noor: Any, case: Any
) -> None:
    row = record(user=make_member("verzonnen", ede, is_demo=True))
    assert (again(row).is_demo, type(case).objects.get(pk=case.pk).adopters) == (True, [])
    record(user=noor)
    assert (again(row).is_demo, type(case).objects.get(pk=case.pk).adopters) == (False, [row])


def test_the_map_leaves_out_what_does_not_count(case: Any, make_body: Any, adopt: Any, ede: Any) -> None:
    names = {
        "drenthe": {"is_demo": True},
        "zeeland": {"standing": "aged"},
        "groningen": {"status": "stopped"},
    }
    for name, fields in names.items():
        adopt(case, make_body(name, province=name), **fields)
    adopt(case, ede)
    assert [
        node["name"] for node in build_provinces(case, CaseAdoptions(case, []).rows) if node["is_use"]
    ] == ["Gelderland"]


def test_who_stopped_or_later_made_the_case_is_not_among_the_latest(record: Any, case: Any, ede: Any) -> None:
    record(status="stopped", stop_reason="cost")
    assert latest_adopted(4) == []
    record()
    assert [row.organisation for row in latest_adopted(4)] == [ede]
    case.organisation_links.create(organisation=ede)
    case.save_revision().publish()
    assert latest_adopted(4) == []


def test_words_that_were_said_are_gone_for_nobody_but_the_status_stays_when_she_leaves(
    record: Any, noor: Any, case: Any
) -> None:
    from core.ties import end

    row = record(contact=noor.member)
    end(noor)
    kept = again(row)
    assert (kept.contact, kept.recorded_by, kept.standing) == (None, None, Standing.CONFIRMED)
    assert row.events.get().by is None


def test_a_contact_of_the_case_who_left_its_body_neither_hears_of_it_nor_proposes(
    record: Any, case: Any, make_member: Any, make_body: Any, as_user: Any
) -> None:
    owner = make_member("eigenaar", make_body("Gemeente Elders"))
    case.contact = owner.member
    case.save_revision(user=owner).publish()
    record()
    assert not owner.deliveries.exists()
    assert as_user(owner).get(f"{case.get_url()}hergebruik/voorstellen/").status_code == 403


def test_what_was_declined_by_mistake_is_news_again_with_its_own_day(record: Any, noor: Any) -> None:
    row = record()
    at = Activity.objects.get().at
    adoption_decline(adoption=row, user=noor, via=Via.SITE)
    assert latest_adopted(3) == []
    adoption_undo(adoption=row, user=noor)
    assert [shown.adoption for shown in latest_adopted(3)] == [row]
    assert Activity.objects.get().at == at


def test_a_body_that_became_a_company_confirms_nothing(case: Any, ede: Any, noor: Any) -> None:
    row = propose(case, ede)
    row.organisation.kind = "bedrijf"
    row.organisation.save()
    assert not adoption_confirm(adoption=again(row), user=noor, via=Via.LINK)
    assert again(row).standing == Standing.PROPOSED


def test_rows_without_words_make_nobody_known(
    record: Any, case: Any, noor: Any, make_body: Any, adopt: Any
) -> None:
    for number in range(3):
        adopt(case, make_body(f"Gemeente {number}"), recorded_by=noor)
    assert record(changed="Wij meten per uur.").words == Words.WAITING
