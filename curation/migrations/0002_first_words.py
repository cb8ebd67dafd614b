"""The words and phrases that a site begins with; what editors change later stays as it is."""

from django.db import migrations
from django.utils import timezone

SYNONYMS = """\
ai, kunstmatige intelligentie, artificial intelligence, artificiele intelligentie
algoritme, algoritmen, algoritmes
api, application programming interface
avg, gdpr, algemene verordening gegevensbescherming
bag, basisregistratie adressen en gebouwen
bgt, basisregistratie grootschalige topografie
brk, basisregistratie kadaster
brp, basisregistratie personen, gba
bzk, ministerie van binnenlandse zaken
cbs, centraal bureau voor de statistiek
dataset, datasets, gegevensset, gegevensverzameling
dpia, gegevensbeschermingseffectbeoordeling, privacy impact assessment
energietransitie, energieomslag
gis, geografisch informatiesysteem
ienw, ministerie van infrastructuur en waterstaat
iot, internet of things, internet der dingen
knmi, koninklijk nederlands meteorologisch instituut
linkeddata, linked data
lnv, ministerie van landbouw
ml, machine learning, machinaal leren
opendata, open data
privacy, gegevensbescherming
rdw, rijksdienst voor het wegverkeer
rivm, rijksinstituut voor volksgezondheid en milieu
rvo, rijksdienst voor ondernemend nederland
schuldhulp, schuldhulpverlening
uwv, uitvoeringsinstituut werknemersverzekeringen
vergroening, groenvoorziening
vng, vereniging van nederlandse gemeenten
woo, wob, wet open overheid
"""
PHRASES = """\
ervaring met
ervaringen met
examples of
heeft iemand ervaring met
i am looking for
ik ben op zoek naar
ik zoek
ik zoek naar
informatie over
looking for
voorbeeld van
voorbeelden van
"""


def load(apps, schema_editor):
    apps.get_model("curation", "SynonymList").objects.create(lines=SYNONYMS.strip(), live_at=timezone.now())
    synonym = apps.get_model("curation", "Synonym")
    synonym.objects.bulk_create([synonym(words=line) for line in SYNONYMS.splitlines()])
    phrase = apps.get_model("curation", "StopPhrase")
    phrase.objects.bulk_create([phrase(phrase=line) for line in PHRASES.splitlines()])


class Migration(migrations.Migration):
    dependencies = [("curation", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
