"""More words that a site begins with: what this field calls the same thing, also in English.

Abbreviations are those of wetten.overheid.nl and stelselvanbasisregistraties.nl, techniques those of the list
of this site; the rest is common Dutch and its English. A list that editors changed stays as it is.
"""

from django.db import migrations
from django.utils import timezone

SYNONYMS = """\
# As a site began with, and more names for them.
ai, kunstmatige intelligentie, artificial intelligence, artificiele intelligentie
algoritme, algoritmen, algoritmes, algorithm, algorithms
api, application programming interface, koppelvlak
avg, gdpr, algemene verordening gegevensbescherming
bag, basisregistratie adressen en gebouwen
bgt, basisregistratie grootschalige topografie
brk, basisregistratie kadaster
brp, basisregistratie personen, gba
bzk, ministerie van binnenlandse zaken
cbs, centraal bureau voor de statistiek
dataset, datasets, gegevensset, gegevensverzameling
dpia, gegevensbeschermingseffectbeoordeling, privacy impact assessment, data protection impact assessment
energietransitie, energieomslag, energy transition
gis, geografisch informatiesysteem, geo informatiesysteem
ienw, ministerie van infrastructuur en waterstaat
iot, internet of things, internet der dingen
knmi, koninklijk nederlands meteorologisch instituut
linkeddata, linked data, gekoppelde gegevens
lnv, ministerie van landbouw
ml, machine learning, machinaal leren, zelflerend
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
# Laws and registers, by their usual abbreviations .
wmo, wet maatschappelijke ondersteuning
awb, algemene wet bestuursrecht
wgs, wet gemeentelijke schuldhulpverlening
brt, basisregistratie topografie
bro, basisregistratie ondergrond
woz, waardering onroerende zaken
nhr, handelsregister
bsn, burgerservicenummer
fg, functionaris gegevensbescherming
bibob, wet bibob
# Techniques (the list of techniques of this site, and what they are called in English).
deep learning, neurale netwerken, neural networks
nlp, natural language processing, taaltechnologie
bi, business intelligence
open source, opensource, openbron
big data, bigdata
data science, datawetenschap
data scientist, data scientists, datawetenschapper
data lake, datameer
data warehouse, datawarehouse, datapakhuis
dashboard, dashboards, stuurbord
drone, drones, uav, onbemand luchtvaartuig
sensor, sensors, sensoren
algoritmeregister, algorithm register
voorspellen, predict, prediction, voorspelling
voorspelmodel, predictive model, voorspellend model
tekstanalyse, text mining, tekstmining
beeldherkenning, image recognition
spraakherkenning, speech recognition
chatbot, chatbots, virtuele assistent
netwerkanalyse, network analysis
procesanalyse, process mining
digitale tweeling, digital twin
satelliet, satellite
satellietbeelden, satelliet beelden, satellite images
datakwaliteit, data quality
datagedreven, data gedreven, data driven
gegevensuitwisseling, data exchange, datadeling, data sharing
versleutelen, encryptie, encryption, versleuteling
pseudonimiseren, pseudonymisation, pseudonimisering
anonimiseren, anonymisation, anonimisering
metadata, metagegevens
hackathon, hackatons, hackathons
# Roads, water and space.
snelweg, snelwegen, autosnelweg => rijksweg, rijkswegen
rijksweg => snelweg, snelwegen
motorway, highway => snelweg, rijksweg
wegdek => asfalt
asphalt, asfalt
verkeersongeluk, verkeersongelukken => verkeersongeval, verkeersongevallen
ongeluk, ongelukken => ongeval, ongevallen
accident, accidents => ongeval, ongevallen
pothole, potholes => asfalt
riool, riolering, rioolstelsel
sewer, sewage => riool, riolering
gemaal, pompstation
pumping station => gemaal, rioolgemaal
waterpeil, waterstand
water level => waterpeil
overstroming, flood, flooding
wateroverlast => overstroming
hoogwater => overstroming
dijkdoorbraak => overstroming
grasmaaien, gras maaien, maaiplanning
mowing => maaien
groenbeheer, groenonderhoud
waterkwaliteit, water quality
drinkwater, kraanwater
waterschap, hoogheemraadschap, wetterskip, water board, water authority
ruimtelijke ordening, spatial planning
omgevingsplan, bestemmingsplan
bridge, brug
# Nature, farming, energy.
landbouw, agriculture
boer, boeren => agrarier, agrariers
akker, akkers => perceel, percelen
mest, manure
precisielandbouw, precision farming, precision agriculture
stikstof, nitrogen
stroomnet => elektriciteitsnet
windmolen, windturbine
warmtenet, stadsverwarming
duurzaam, sustainable
klimaatadaptatie, climate adaptation
# People, money, safety.
armoede, poverty
minima => armoede, lage inkomens
schulden, debt, debts
betalingsachterstand, wanbetaling
bijstand, participatiewet
zorgpremie => zorgverzekering, premie
crime, criminaliteit
ondermijning, ondermijnende criminaliteit, undermining crime
overlast, nuisance
fraude, fraud
toezicht, handhaving, enforcement
inspectie, inspection
drugs, verdovende middelen
wietplantage => hennepkwekerij
cybercrime, cybercriminaliteit
veiligheid, safety
jeugdhulp, jeugdzorg
vluchteling, vluchtelingen, asielzoeker, asielzoekers
# Work and government.
personeelstekort => arbeidsmarkt, krapte
vacature, vacatures, job vacancy
medewerker, medewerkers, werknemer, werknemers, personeel
werving, recruitment
gemeenteraad, raad => gemeenteraad
raadsinformatie, raadsstukken
raadsvergadering, gemeenteraadsvergadering
sociale media, social media
twitter => sociale media
startup, startups, start up, start ups
pilot, proef, experiment
inkoop, aanbesteding, procurement
vergunning, permit
dienstverlening, public services
inwoner, inwoners, burger, burgers, citizens
transparantie, transparency
hergebruik, reuse
samenwerking, collaboration
"""


def load(apps, schema_editor):
    synonym, lists = apps.get_model("curation", "Synonym"), apps.get_model("curation", "SynonymList").objects
    first = lists.first()
    is_ours = lists.count() == 1 and first.author is None
    if not is_ours or set(first.lines.splitlines()) != set(synonym.objects.values_list("words", flat=True)):
        return
    words = [line for line in SYNONYMS.splitlines() if not line.startswith("#")]
    synonym.objects.all().delete()
    synonym.objects.bulk_create([synonym(words=line) for line in words])
    first.lines, first.live_at = "\n".join(sorted(words)), timezone.now()
    first.save()


class Migration(migrations.Migration):
    dependencies = [("curation", "0003_trials_name_their_hits")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
