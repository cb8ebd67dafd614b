"""The made-up people: the same every time, labelled, and unable to do harm."""

import csv
import json
import random
import re
import stat
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contact.models import Correspondent
from demo.accounts import load_accounts
from demo.members import DATA, EACH_PAUSES, build_specialists, load_specialists
from demo.texts import Sentences, load_topics, variants
from members.choices import FIELDS, Visibility
from members.models import Member, Sought
from organisations.models import Organisation, OrganisationKind
from organisations.register import REGISTER
from taxonomy.models import Technique, Theme
from users.models import User

NUMBER = 250


@pytest.fixture
def world(db: None) -> None:
    """Fill the lists that the specialists draw from."""
    for kind in OrganisationKind.values:
        for number in range(3):
            Organisation.objects.create(name=f"{kind} {number}", kind=kind)
    Organisation.objects.create(name="Gemeente Amersfoort", kind="gemeente")
    Technique.objects.bulk_create(
        Technique(slug=f"t{number}", **term) for number, term in enumerate(terms("techniques"))
    )
    Theme.objects.bulk_create(Theme(**term) for term in terms("themes"))


def terms(name: str) -> list[dict[str, Any]]:
    """Return the themes or the techniques of the demonstration."""
    return json.loads((DATA.parent / f"{name}.json").read_text(encoding="utf-8"))


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text."""
    return re.split(r"(?<=[.?!])\s+", text)


def test_the_specialists_are_the_same_every_time(world: None) -> None:
    first, second = build_specialists(NUMBER), build_specialists(NUMBER)
    assert first == second
    assert len({person.email for person in first}) == NUMBER
    assert len({(person.first_name, person.last_name) for person in first}) == NUMBER
    assert all(person.email.endswith("@example.org") for person in first)


def test_the_specialists_are_of_all_kinds_and_show_various_things(world: None) -> None:
    assert load_specialists(NUMBER) == NUMBER
    members = Member.objects.with_content()
    assert set(members.values_list("organisation__kind", flat=True)) == set(OrganisationKind.values)
    assert all(1 <= len(member.expertise.all()) <= 5 for member in members)
    assert all(
        member.is_demo and member.user.is_approved and not member.user.has_usable_password()
        for member in members
    )
    levels = Counter(member.visibility_of(field) for member in members for field in FIELDS)
    assert set(levels) == set(Visibility.values)
    assert levels.most_common(1)[0][0] == "members"
    assert Member.findable().count() == NUMBER


def test_some_pause_and_not_all_were_confirmed_lately(world: None) -> None:
    load_specialists(NUMBER)
    pausing = Correspondent.objects.filter(paused_until__gt=timezone.localdate())
    assert pausing.count() == NUMBER // EACH_PAUSES > 0
    confirmed = User.objects.filter(member__is_demo=True).values_list("confirmed_at", flat=True)
    days = {(timezone.now() - moment).days for moment in confirmed}
    assert min(days) < 91
    assert 182 < max(days) < 365


def test_each_has_the_subjects_that_were_drawn_for_her(world: None) -> None:
    load_specialists(NUMBER)
    drawn = {person.email: person for person in build_specialists(NUMBER)}
    for member in Member.objects.with_content():
        fields = drawn[member.user.email].fields
        assert {names_of(item.subject): item.level for item in member.expertise.all()} == {
            names_of(find_term(item["subject"])): item["level"] for item in fields["expertise"]
        }
        assert [item.subject for item in member.sought.all()] == [
            find_term(subject) for subject in fields["sought"]
        ]
    assert len(drawn) == NUMBER


def names_of(term: Any) -> tuple[str, str]:
    """Return what tells a term from all others."""
    return type(term).__name__, term.name


def find_term(subject: str) -> Any:
    """Return the theme with this slug, or the technique with this name."""
    return Theme.objects.filter(slug=subject).first() or Technique.objects.get(name=subject)


def test_their_subjects_are_read_once(world: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        load_specialists(20)
    asked = [query["sql"] for query in queries if 'FROM "taxonomy_' in query["sql"]]
    assert len(asked) == 2


def test_no_two_of_them_share_a_sentence(world: None) -> None:
    said = Counter(
        sentence
        for person in build_specialists(NUMBER)
        for name in ("about", "can_help", "seeks")
        for sentence in sentences_of(person.fields[name])
        if sentence
    )
    assert [sentence for sentence, times in said.items() if times > 1] == []
    assert len(said) > 3 * NUMBER


def test_all_that_they_can_help_with_is_among_their_expertise(world: None) -> None:
    subject_of = {
        text: subject
        for topic in load_topics()
        for subject, sentences in topic.can_help.items()
        for sentence in sentences
        for text in variants(sentence)
    }
    for person in build_specialists(NUMBER):
        known = {item["subject"] for item in person.fields["expertise"] if item["level"] > 1}
        helps = sentences_of(person.fields["can_help"])
        assert {subject_of[text] for text in helps} <= known, person


def test_the_subjects_that_they_seek_are_those_of_their_text(world: None) -> None:
    subject_of = {
        text: subject
        for topic in load_topics()
        for subject, sentences in topic.seeks.items()
        for sentence in sentences
        for text in variants(sentence)
    }
    load_specialists(NUMBER)
    seeking = Member.objects.with_content().exclude(seeks="")
    assert seeking.count() > NUMBER / 2
    for member in seeking:
        (row,) = member.sought.all()
        assert subject_of[member.seeks] in {row.subject.name, row.subject.slug}
    assert not Sought.objects.filter(member__seeks="").exists()


def test_they_work_at_a_kind_of_organisation_that_their_topic_is_of(world: None) -> None:
    kinds_of = {
        text: topic.kinds for topic in load_topics() for about in topic.about for text in variants(about)
    }
    for person in build_specialists(NUMBER):
        topics = [kinds for text, kinds in kinds_of.items() if person.fields["about"].startswith(text)]
        assert topics, person
        assert person.organisation.kind in topics[0], person


def test_every_subject_of_a_topic_is_a_term_of_the_demonstration() -> None:
    known = {term["name"] for term in terms("techniques")} | {term["slug"] for term in terms("themes")}
    for topic in load_topics():
        assert {*topic.also, *topic.can_help, *topic.seeks} <= known, topic.topic
        assert set(topic.kinds) <= set(OrganisationKind.values), topic.topic


def test_an_organisation_that_does_the_work_of_a_topic_is_in_the_register() -> None:
    with REGISTER.open(encoding="utf-8", newline="") as table:
        names = {row["name"] for row in csv.DictReader(table)}
    assert {name for topic in load_topics() for name in topic.at} <= names


def test_a_choice_in_a_sentence_gives_every_variant() -> None:
    assert variants("Ik meet {peilen|regen} {nu|straks}.") == (
        "Ik meet peilen nu.",
        "Ik meet peilen straks.",
        "Ik meet regen nu.",
        "Ik meet regen straks.",
    )
    assert variants("Zonder keuze.") == ("Zonder keuze.",)


def test_a_sentence_is_handed_out_once(world: None) -> None:
    sentences = Sentences(random.Random(1))
    given = [sentences.take(["{a|b}.", "c."], 2) for _ in range(3)]
    assert [len(texts) for texts in given] == [2, 1, 0]
    assert sorted(text for texts in given for _, text in texts) == ["a.", "b.", "c."]


def test_a_second_load_changes_nothing(world: None) -> None:
    load_specialists(20)
    before = list(Member.objects.order_by("pk").values())
    assert load_specialists(20) == 0
    assert list(Member.objects.order_by("pk").values()) == before


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Keep what is drawn in a folder of the test."""
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_the_accounts_are_drawn_once_and_kept_from_others(world: None, folder: Path) -> None:
    accounts = load_accounts()
    path = folder / "accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = json.loads(path.read_text())
    assert [set(row) for row in rows] == [{"role", "email", "password", "totp_secret"}] * 4
    assert [row["role"] for row in rows] == ["administrator", "moderator", "editor", "member"]
    before = (
        list(User.objects.order_by("pk").values()),
        list(Authenticator.objects.order_by("pk").values()),
        path.read_text(),
    )
    assert load_accounts() == accounts
    after = (
        list(User.objects.order_by("pk").values()),
        list(Authenticator.objects.order_by("pk").values()),
        path.read_text(),
    )
    assert before == after


def test_the_accounts_have_their_roles_and_can_log_in(world: None, folder: Path) -> None:
    accounts = {account.role: account for account in load_accounts()}
    users = {role: User.objects.get(email=account.email) for role, account in accounts.items()}
    assert [role for role, user in users.items() if user.is_superuser] == ["administrator"]
    assert {role: [group.name for group in user.groups.all()] for role, user in users.items()} == {
        "administrator": [],
        "moderator": ["Moderatoren"],
        "editor": ["Redacteuren"],
        "member": [],
    }
    assert all(
        user.is_approved and user.check_password(accounts[role].password) for role, user in users.items()
    )
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 4
    assert users["member"].member.organisation.name == "Gemeente Amersfoort"
    assert users["member"].member.expertise.exists()


def test_an_account_in_another_database_gets_the_password_of_the_file(world: None, folder: Path) -> None:
    account = load_accounts()[0]
    User.objects.all().delete()
    assert load_accounts()[0] == account
    assert User.objects.get(email=account.email).check_password(account.password)
