import re

from django.db import migrations, models

# As they were when the field became a list. Names of a language in Dutch and in the language itself, and in English.
NAMES = {
    "nl": "nederlands dutch nl",
    "en": "engels english en",
    "de": "duits german deutsch de",
    "fr": "frans french français francais fr",
    "es": "spaans spanish español espanol es",
    "it": "italiaans italian italiano it",
    "pt": "portugees portuguese português portugues pt",
    "fy": "fries frysk frisian fy",
    "li": "limburgs limburgish li",
    "nds": "nedersaksisch low-saxon nds",
    "dse": "nederlandse-gebarentaal gebarentaal ngt dutch-sign-language dse",
    "pap": "papiaments papiamento papiamentu pap",
    "srn": "sranantongo sranan sranan-tongo srn",
    "tr": "turks turkish türkçe turkce tr",
    "ar": "arabisch arabic ar",
    "zgh": "tamazight berbers berber zgh",
    "pl": "pools polish polski pl",
    "uk": "oekraïens oekraiens ukrainian uk",
    "zh": "chinees chinese mandarijn zh",
}
CODES = {name.replace("-", " "): code for code, names in NAMES.items() for name in names.split()}
# Not within brackets. On its own "en" is English.
SEPARATOR = re.compile(r"(?:[,;/&\n]|\s+(?:en|and)\s+)(?![^()]*\))", re.IGNORECASE)


def read_languages(text):
    """Return the codes of the languages in a text, and what is no language of the list as it was written."""
    words = [word.strip(" .") for word in SEPARATOR.split(text)]
    return list(dict.fromkeys(CODES.get(word.casefold(), word) for word in words if word))


def write_languages(languages):
    """Return a list of languages as a text that fits in the field of before."""
    names = {code: names.split()[0].replace("-", " ").capitalize() for code, names in NAMES.items()}
    return ", ".join(names.get(language, language) for language in languages)[:150]


def make_lists(apps, schema_editor):
    """Turn the texts of running sites into lists."""
    for member in apps.get_model("members", "Member").objects.exclude(languages_text=""):
        member.languages = read_languages(member.languages_text)
        member.save(update_fields=["languages"])


def make_texts(apps, schema_editor):
    """Turn the lists into texts again."""
    for member in apps.get_model("members", "Member").objects.exclude(languages=[]):
        member.languages_text = write_languages(member.languages)
        member.save(update_fields=["languages_text"])


class Migration(migrations.Migration):

    dependencies = [
        ("members", "0004_sought"),
    ]

    operations = [
        migrations.RenameField("member", "languages", "languages_text"),
        migrations.AddField(
            model_name="member",
            name="languages",
            field=models.JSONField(blank=True, default=list, verbose_name="talen"),
        ),
        migrations.RunPython(make_lists, make_texts),
        migrations.RemoveField(
            model_name="member",
            name="languages_text",
        ),
    ]
