"""Groups of words as an editor writes them: what they mean for the engine, and what is refused."""

import pytest
from django.core.exceptions import ValidationError

from curation.models import Synonym, SynonymList
from curation.rules import MOST_WORDS, read_group


@pytest.mark.parametrize(
    ("line", "kept", "rules"),
    [
        ("AVG, gdpr", "avg, gdpr", ["avg, gdpr"]),
        ("  Één  woord ,Café", "een woord, cafe", ["een woord, cafe"]),
        ("avg, gdpr, AVG", "avg, gdpr", ["avg, gdpr"]),
        ("wob => woo, openbaarheid", "wob => woo, openbaarheid", ["wob => wob, woo, openbaarheid"]),
        ("wob, wbo => woo", "wob, wbo => woo", ["wob => wob, woo", "wbo => wbo, woo"]),
        ("wob => wob, woo", "wob => wob, woo", ["wob => wob, woo"]),
        (
            "o'neil, r&d, c++, 2.0, open-data",
            "o'neil, r&d, c++, 2.0, open-data",
            ["o'neil, r&d, c++, 2.0, open-data"],
        ),
        ("het weer, klimaat", "het weer, klimaat", ["het weer, klimaat"]),
    ],
)
def test_a_group_is_kept_folded_and_becomes_rules(line: str, kept: str, rules: list[str]) -> None:
    group = read_group(line)
    assert (str(group), group.rules) == (kept, rules)
    assert read_group(kept) == group


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("avg,, gdpr", "zonder woord"),
        ("avg, ", "zonder woord"),
        ("=> avg", "zonder woord"),
        ("avg =>", "zonder woord"),
        ("", "zonder woord"),
        ("avg", "minstens twee"),
        ("avg, AVG", "minstens twee"),
        ("avg => avg", "minstens twee"),
        ("a1 => b1 => c1", "één keer"),
        ("het, klimaat", "“het” staat in bijna elke tekst"),
        ("klimaat => Ik", "“ik” staat in bijna elke tekst"),
        ("avg, &", "“&” kan niet"),
        ("avg, a#b", "“a#b” kan niet"),
        ("avg, a\\b", "kan niet"),
        ("avg, 😀", "kan niet"),
        ("a1 = > b1", "kan niet"),
        (
            ", ".join(f"woord{number}" for number in range(MOST_WORDS + 1)),
            "hoogstens 20 woorden. Deze heeft er 21",
        ),
    ],
)
def test_what_the_engine_cannot_use_is_refused_with_the_reason(line: str, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        read_group(line)


@pytest.mark.django_db
class TestGroupsTogether:
    """What holds for all groups of a list."""

    def test_a_word_is_in_one_group_and_the_other_one_is_named(self) -> None:
        Synonym.objects.create(words="zonnepaneel, pv paneel")
        with pytest.raises(ValidationError) as raised:
            Synonym(words="zonneveld, PV Paneel").full_clean()
        assert raised.value.message_dict == {
            "words": ["“pv paneel” staat al in een andere groep: zonnepaneel, pv paneel."],
        }

    def test_a_word_may_be_found_by_way_of_several_others(self) -> None:
        Synonym.objects.create(words="zonnepaneel, pv paneel")
        Synonym(words="dakbedekking => zonnepaneel").full_clean()

    def test_a_group_may_be_saved_again(self) -> None:
        synonym = Synonym.objects.create(words="zonnepaneel, pv paneel")
        synonym.words = "zonnepaneel, pv paneel, zonnecel"
        synonym.full_clean()

    def test_there_is_a_most(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("curation.models.MOST_GROUPS", Synonym.objects.count())
        with pytest.raises(ValidationError, match="Haal er eerst een weg"):
            Synonym(words="zonnepaneel, pv paneel").full_clean()

    def test_a_group_that_grows_too_long_by_folding_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="te lang"):
            Synonym(words=f"avg2, {'ﷺ' * 990}").full_clean()

    def test_a_site_begins_with_words_that_are_right_and_live(self) -> None:
        lines = sorted(Synonym.objects.values_list("words", flat=True))
        assert SynonymList.objects.get().lines.splitlines() == lines
        assert "avg, gdpr, algemene verordening gegevensbescherming" in lines
        for synonym in Synonym.objects.all():
            kept = synonym.words
            synonym.full_clean()
            assert synonym.words == kept
