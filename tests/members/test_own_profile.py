"""A member keeps her own profile, and nobody else does."""

from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from members.choices import FIELDS
from members.meanwhile import stamp_of
from members.models import Member


def form_data(**fields: Any) -> dict[str, Any]:
    """Return what the form sends with only the name filled in."""
    visibility = {"wie": "members"} | {f"wie_{field}": "" for field in FIELDS}
    rows = {f"expertise-{row}-level": "2" for row in range(3)} | {
        "expertise-TOTAL_FORMS": "3",
        "expertise-INITIAL_FORMS": "0",
        "sought-TOTAL_FORMS": "3",
        "sought-INITIAL_FORMS": "0",
    }
    stamp = stamp_of(Member.objects.filter(user__first_name="noor").first())
    return {"name": "Noor", "stamp": stamp, **rows, **visibility, **fields}


@pytest.fixture
def noor(make_user: Any, as_user: Any) -> Client:
    """Return the browser of somebody without a profile."""
    client: Client = as_user(make_user("noor"))
    return client


EDIT = "/accounts/profiel/bewerken/"


def test_a_profile_starts_when_somebody_wants_it(noor: Client) -> None:
    assert "Je hebt nog geen profiel" in noor.get("/accounts/profiel/").content.decode()
    assert not Member.objects.exists()
    assert noor.post(EDIT, form_data()).status_code == 302
    member = Member.objects.get()
    assert set(member.visibility.values()) == {"members"}
    assert not member.is_demo


def test_who_came_for_another_page_goes_back_there_and_to_no_other_site(noor: Client) -> None:
    assert noor.post(EDIT, form_data(next="/berichten/")).url == "/berichten/"
    assert noor.post(EDIT, form_data(next="https://elders.example/")).url == "/accounts/profiel/"


def test_everything_can_be_filled_in(noor: Client, organisations: Any, terms: Any) -> None:
    theme, technique = terms
    data = form_data(
        organisation="gemeente proefstad",
        role="data-analist",
        about="Over mij",
        can_help="modellen",
        seeks="sensoren",
        languages=["nl", "fy"],
        links="https://a.example\nhttps://b.example/pad",
        wie_role="public",
        wie_expertise="private",
    )
    data |= {"expertise-0-subject": f"theme:{theme.pk}", "expertise-0-level": "1"}
    data |= {"expertise-1-subject": f"technique:{technique.pk}", "expertise-1-level": "3"}
    noor.post(EDIT, data)
    member = Member.objects.get()
    assert member.organisation == organisations[0]
    assert member.languages == ["nl", "fy"]
    assert (member.role, member.link_list) == ("data-analist", ["https://a.example", "https://b.example/pad"])
    assert (member.visibility_of("role"), member.visibility_of("expertise")) == ("public", "private")
    assert {(row.subject, row.level) for row in member.expertise.all()} == {(theme, 1), (technique, 3)}
    page = noor.get(EDIT).content.decode()
    assert f'value="theme:{theme.pk}" selected' in page
    assert 'value="Gemeente Proefstad"' in page


def test_what_one_seeks_has_themes_and_techniques_too(noor: Client, terms: Any) -> None:
    theme, technique = terms
    rows = {"sought-0-subject": f"technique:{technique.pk}", "sought-2-subject": f"theme:{theme.pk}"}
    noor.post(EDIT, form_data(wie_seeks="private") | rows)
    member = Member.objects.get()
    assert [row.subject for row in member.sought.all()] == [technique, theme]
    assert not member.expertise.exists()
    assert member.visibility_of("sought") == "private"
    page = BeautifulSoup(noor.get(EDIT).content, "html.parser")
    chosen = [page.select_one(f"#id_sought-{row}-subject [selected]")["value"] for row in range(3)]
    assert chosen == [f"technique:{technique.pk}", f"theme:{theme.pk}", ""]
    assert page.select_one("#id_sought-0-level") is None
    noor.post(EDIT, form_data() | {"sought-0-subject": "", "sought-INITIAL_FORMS": "2"})
    assert not Member.objects.get().sought.exists()


def test_what_one_seeks_stands_on_the_profile_as_words(
    make_member: Any, as_user: Any, add_sought: Any
) -> None:
    member = make_member("noor")
    add_sought(member)
    page = BeautifulSoup(as_user(member.user).get(member.get_absolute_url()).content, "html.parser")
    assert [chip.get_text() for chip in page.select(".member__fields .chip")] == [
        "Energietransitie",
        "Datalab",
    ]
    assert "Zoekt" in [heading.get_text() for heading in page.select(".member__fields h2")]


def test_languages_are_named_in_the_language_of_the_reader(make_member: Any, as_user: Any) -> None:
    member = make_member("noor", languages=["nl", "dse", "Oudgrieks"])
    pages = [
        as_user(member.user).get(f"{start}{member.get_absolute_url()}").content.decode()
        for start in ("", "/en")
    ]
    assert "Nederlands, Nederlandse Gebarentaal, Oudgrieks" in pages[0]
    assert "Dutch, Sign Language of the Netherlands, Oudgrieks" in pages[1]


def test_a_language_of_before_there_was_a_list_stays_until_it_is_left_out(
    make_member: Any, as_user: Any
) -> None:
    member = make_member("noor", languages=["nl", "Oudgrieks"])
    client = as_user(member.user)
    page = BeautifulSoup(client.get(EDIT).content, "html.parser")
    assert [box["value"] for box in page.select("[name=languages][checked]")] == ["nl", "Oudgrieks"]
    client.post(EDIT, form_data(languages=["nl", "Oudgrieks"]))
    assert Member.objects.get().languages == ["nl", "Oudgrieks"]
    client.post(EDIT, form_data(languages=["nl"]))
    assert Member.objects.get().languages == ["nl"]
    client.post(EDIT, form_data(languages=["nl", "Oudgrieks"]))
    assert Member.objects.get().languages == ["nl"], "it is no choice any more"
    client.post(EDIT, form_data())
    assert Member.objects.get().languages == []


def test_a_subject_that_is_emptied_goes(noor: Client, terms: Any) -> None:
    theme, _technique = terms
    noor.post(EDIT, form_data() | {"expertise-0-subject": f"theme:{theme.pk}", "expertise-0-level": "1"})
    noor.post(
        EDIT,
        form_data() | {"expertise-0-subject": "", "expertise-0-level": "1", "expertise-INITIAL_FORMS": "1"},
    )
    assert not Member.objects.get().expertise.exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": " "}, "verplicht"),
        ({"organisation": "Gemeente Nergens"}, "We kennen deze organisatie niet"),
        ({"links": "javascript:alert(1)"}, "is geen webadres"),
        ({"links": "https://"}, "geen webadres"),
        ({"wie_role": "iedereen"}, "geldige keuze"),
        ({"about": "x" * 1501}, "1500"),
        ({"languages": ["nl", "tlh"]}, "geldige keuze"),
        ({"expertise-0-subject": "theme:999", "expertise-0-level": "1"}, "geldige keuze"),
        ({"sought-0-subject": "technique:999"}, "geldige keuze"),
    ],
)
def test_a_mistake_is_told_beside_the_field_and_nothing_is_lost(
    noor: Client, fields: dict[str, str], message: str
) -> None:
    response = noor.post(EDIT, form_data(role="kanarierol", **fields))
    html = response.content.decode()
    assert response.status_code == 200
    assert message in html
    assert "kanarierol" in html
    assert "Er klopt nog iets niet" in html
    assert not Member.objects.exists()


@pytest.mark.parametrize("field", ["name", "role", "about", "can_help", "seeks"])
@pytest.mark.parametrize(
    "text",
    [
        "Mail noor.de.vries@gemeente.example",
        "Bel 06-12345678",
        "06 12 34 56 78",
        "tel. (020) 555 12 34",
        "+31 6 1234 5678",
        "0031612345678",
    ],
)
def test_a_text_has_no_address_and_no_telephone_number(noor: Client, field: str, text: str) -> None:
    html = noor.post(EDIT, form_data(**{field: text})).content.decode()
    of_name = "Vul alleen een naam in" if field == "name" and "@" in text else ""
    assert (of_name or "Zet hier geen e-mailadres of telefoonnummer") in html
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "In 2019, 2020 en 2021 bij de provincie",
        "Norm NEN-EN-ISO 19115-1:2014, hoofdstuk 0.2",
        "Sinds 01-02-2020 data-analist",
        "Ik ben te volgen als @noor",
        "1.250.000 meldingen per jaar",
        "Zie https://a.example/0612345678",
    ],
)
def test_years_standards_and_numbers_are_no_telephone_numbers(noor: Client, text: str) -> None:
    assert noor.post(EDIT, form_data(about=text)).status_code == 302


@pytest.mark.parametrize(("rows_of", "title"), [("expertise", "Expertise"), ("sought", "Zoekt")])
def test_a_subject_can_be_chosen_once(noor: Client, terms: Any, rows_of: str, title: str) -> None:
    subject = f"theme:{terms[0].pk}"
    rows = {
        f"{rows_of}-{row}-{name}": value
        for row in (0, 1)
        for name, value in (("subject", subject), ("level", "1"))
    }
    page = BeautifulSoup(noor.post(EDIT, form_data() | rows).content, "html.parser")
    link = page.select_one(".utrecht-alert--error a")
    assert link["href"] == f"#id_{rows_of}-1-subject"
    assert link.get_text().startswith(f"{title}, Onderwerp 2: “Armoede en schulden” koos je al.")
    assert page.select_one(f"#id_{rows_of}-1-subject")["aria-invalid"] == "true"
    assert page.title.get_text().startswith("Fout: Wijzig je profiel")


def test_the_title_tells_once_that_something_is_wrong(noor: Client) -> None:
    wrong = form_data(links="geen adres") | {"sought-0-subject": "technique:999"}
    title = BeautifulSoup(noor.post(EDIT, wrong).content, "html.parser").title.get_text()
    assert title.startswith("Fout: Wijzig je profiel")
    assert "Fout" not in BeautifulSoup(noor.get(EDIT).content, "html.parser").title.get_text()


def test_each_row_has_a_label_of_its_own_and_its_subjects_are_grouped(noor: Client, terms: Any) -> None:
    page = BeautifulSoup(noor.get(EDIT).content, "html.parser")
    for rows_of in ("expertise", "sought"):
        for row in range(3):
            label = page.select_one(f"label[for=id_{rows_of}-{row}-subject]").get_text()
            assert label.startswith(f"Onderwerp {row + 1} ")
            groups = page.select(f"#id_{rows_of}-{row}-subject optgroup")
            assert [group["label"] for group in groups] == ["Thema’s", "Technieken"]
            found = [group.get_text().strip() for group in groups]
            assert [term.label in text for term, text in zip(terms, found, strict=True)] == [True, True]
    assert page.select_one("label[for=id_expertise-2-level]").get_text().strip() == "Niveau 3"


def test_a_photo_that_does_not_come_along_is_asked_for_again(noor: Client) -> None:
    photo = BytesIO()
    Image.new("RGB", (64, 64), "teal").save(photo, "PNG")
    upload = SimpleUploadedFile("ik.png", photo.getvalue(), "image/png")
    answer = noor.post(EDIT, form_data(links="geen adres", photo=upload))
    assert "Kies je foto opnieuw." in answer.content.decode()
    assert not Member.objects.exists()


@pytest.mark.parametrize("field", ["slug", "is_listed", "is_demo", "user", "visibility", "id", "created_at"])
def test_nothing_else_can_be_sent_along(noor: Client, make_user: Any, field: str) -> None:
    noor.post(EDIT, form_data())
    before = Member.objects.values(
        "slug", "is_listed", "is_demo", "user", "visibility", "id", "created_at"
    ).get()
    noor.post(EDIT, form_data() | {field: str(make_user("ander").pk)})
    assert (
        Member.objects.values("slug", "is_listed", "is_demo", "user", "visibility", "id", "created_at").get()
        == before
    )


def test_the_address_of_a_profile_stays_when_the_name_changes(noor: Client) -> None:
    noor.post(EDIT, form_data())
    noor.post(EDIT, form_data(name="Noor de Proef"))
    assert Member.objects.get().slug == "noor"


def test_so_others_see_you(noor: Client) -> None:
    fields = {
        "role": "kanarierol",
        "about": "kanarieover",
        "seeks": "kanariezoekt",
        "can_help": "kanariehulp",
    }
    levels = {"wie_name": "public", "wie_role": "public", "wie_about": "organisation", "wie_seeks": "private"}
    noor.post(EDIT, form_data(**fields, **levels))
    html = noor.get("/accounts/profiel/").content.decode()
    assert html.count("kanarierol") == 3
    assert html.count("kanariehulp") == 2
    assert html.count("kanarieover") == 1
    assert "kanariezoekt" not in html


def test_a_profile_can_be_withdrawn(noor: Client, make_member: Any) -> None:
    make_member("ander")
    noor.post(EDIT, form_data())
    assert noor.get("/accounts/profiel/verwijderen/").status_code == 200
    assert Member.objects.count() == 2
    noor.post("/accounts/profiel/verwijderen/")
    assert [member.user.first_name for member in Member.objects.all()] == ["ander"]
    assert noor.get("/accounts/profiel/").status_code == 200
    assert noor.post("/accounts/profiel/verwijderen/").status_code == 404


@pytest.mark.parametrize("path", ["", "bewerken/", "foto/", "verwijderen/"])
def test_a_visitor_is_sent_to_the_login_page(client: Client, db: None, path: str) -> None:
    assert (
        client.get(f"/accounts/profiel/{path}").headers["Location"]
        == f"/accounts/login/?next=/accounts/profiel/{path}"
    )


def test_pages_about_people_are_kept_nowhere(noor: Client, make_member: Any) -> None:
    for path in ("/accounts/profiel/", EDIT, make_member("ander").get_absolute_url()):
        assert noor.get(path).headers["Cache-Control"] == "private, no-store"


def test_a_form_without_a_token_changes_nothing(make_member: Any) -> None:
    member = make_member()
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)
    assert client.post("/accounts/profiel/verwijderen/").status_code == 403
    assert Member.objects.filter(pk=member.pk).exists()


def test_one_choice_says_who_sees_all_and_an_exception_is_kept(noor: Client) -> None:
    noor.post(EDIT, form_data(wie="private", wie_role="public", role="data-analist"))
    member = Member.objects.get()
    assert {field for field, level in member.visibility.items() if level == "private"} == FIELDS.keys() - {
        "role"
    }
    assert member.visibility_of("role") == "public"
    form = noor.get(EDIT).context["form"]
    assert form["wie"].value() == "private"
    assert {field for field in FIELDS if form[f"wie_{field}"].value()} == {"role"}


def test_without_a_choice_nothing_is_saved(noor: Client) -> None:
    answer = noor.post(EDIT, form_data(wie=""))
    assert "wie" in answer.context["form"].errors
    assert not Member.objects.exists()


def test_a_new_profile_begins_with_three_questions_and_folds_the_rest(noor: Client) -> None:
    page = BeautifulSoup(noor.get(EDIT).content, "html.parser")
    titles = [title.get_text() for title in page.select(".profile-form h2")]
    assert titles[:3] == [
        "1. Wie ben je, en waar werk je?",
        "2. Waarmee kun je helpen?",
        "3. Wat zoek je?",
    ]
    more = page.select_one(".profile-form__more")
    assert not more.has_attr("open")
    folded = {field["name"] for field in more.select("[name]") if not field["name"].startswith("wie_")}
    assert folded == {"photo", "about", "languages", "links"}
    asked = {field["name"] for field in page.select("form [name]")}
    assert {"name", "organisation", "role", "can_help", "seeks", "wie", "is_suggested"} <= asked
    assert {f"wie_{field}" for field in FIELDS} <= asked
    noor.post(EDIT, form_data())
    assert BeautifulSoup(noor.get(EDIT).content, "html.parser").select_one(".profile-form__more[open]")


@pytest.mark.parametrize("fields", [{"links": "geen adres"}, {"wie_about": "iedereen"}])
def test_what_is_wrong_below_the_fold_is_unfolded(noor: Client, fields: dict[str, str]) -> None:
    page = BeautifulSoup(noor.post(EDIT, form_data(**fields)).content, "html.parser")
    assert page.select_one(".profile-form__more[open]")


def test_she_chooses_to_be_suggested_and_to_share_a_card(noor: Client) -> None:
    form = noor.get(EDIT).context["form"]
    names = ("is_suggested", "shares_card", "shares_email")
    assert [form[name].value() for name in names] == [True, False, False]
    noor.post(EDIT, form_data(shares_card="on", shares_email="on"))
    assert Member.objects.values_list(*names).get() == (False, True, True)
    page = noor.get("/accounts/profiel/").text
    assert "We stellen je aan niemand voor." in page
    assert "visitekaartje bewaren, met je e-mailadres" in page


@pytest.mark.parametrize(
    ("hint", "organisation"),
    [
        ("gemeente proefstad", "Gemeente Proefstad"),
        ("Proefstad", "Gemeente Proefstad"),
        ("Dubbel", ""),
        ("Opgeheven", ""),
        ("Gemeente Nergens", ""),
        ("", ""),
    ],
)
def test_where_she_said_to_work_is_filled_in_when_it_is_one_organisation(
    make_user: Any, as_user: Any, organisations: Any, hint: str, organisation: str
) -> None:
    first, second = organisations
    first.short_name, first.aliases, second.aliases = "Proefstad", "Dubbel", "Dubbel"
    first.save()
    second.save()
    type(first).objects.create(name="Opgeheven", ended_date="2020-01-01")
    client = as_user(make_user("nieuw", organisation_hint=hint))
    assert client.get(EDIT).context["form"]["organisation"].value() == organisation
    client.post(EDIT, form_data(organisation=""))
    assert Member.objects.get().organisation is None, "she took it out"
    assert client.get(EDIT).context["form"]["organisation"].value() == ""


def test_two_windows_do_not_undo_each_other_without_a_word(noor: Client, terms: Any) -> None:
    noor.post(EDIT, form_data(role="analist"))
    old = form_data(role="analist", about="Over mij")
    subject = f"technique:{terms[1].pk}"
    noor.post(EDIT, form_data(role="directeur", wie_role="public") | {"sought-0-subject": subject})
    answer = noor.post(EDIT, old)
    (error,) = answer.context["form"].non_field_errors()
    assert "is nu anders dan wat je hieronder ziet: Functie; Over mij; Zoekt; Wie ziet: Functie." in error
    assert "Over mij</textarea>" in answer.text
    member = Member.objects.get()
    assert (member.role, member.about, member.sought.count()) == ("directeur", "", 1)
    again = old | {
        "stamp": BeautifulSoup(answer.content, "html.parser").find(attrs={"name": "stamp"})["value"]
    }
    assert noor.post(EDIT, again).status_code == 302
    member.refresh_from_db()
    assert (member.role, member.about, member.sought.count()) == ("analist", "Over mij", 0)


def test_a_window_with_a_fault_does_not_undo_another_once_it_is_mended(noor: Client) -> None:
    noor.post(EDIT, form_data())
    old = form_data(links="geen webadres")
    noor.post(EDIT, form_data(links="https://a.example"))
    errors = noor.post(EDIT, old).context["form"].errors
    assert "wat je hieronder ziet: Links." in errors["__all__"][0]
    assert "links" in errors


def test_a_form_that_undoes_nothing_is_saved_though_the_profile_changed_meanwhile(noor: Client) -> None:
    noor.post(EDIT, form_data(role="analist", about="Een regel\r\nen nog een", languages=["nl", "fy"]))
    old = form_data(role="analist", about="Een regel\r\nen nog een", languages=["nl", "fy"])
    member = Member.objects.get()
    member.is_listed = False
    member.save()
    assert noor.post(EDIT, old).status_code == 302
    assert not Member.objects.get().is_listed


def test_two_windows_that_begin_a_profile_make_one(noor: Client) -> None:
    first, second = form_data(role="analist"), form_data(role="directeur")
    noor.post(EDIT, first)
    assert "Functie" in noor.post(EDIT, second).context["form"].non_field_errors()[0]
    assert Member.objects.get().role == "analist"
