"""What peers hold of people, and what becomes of it."""

from core.processing import personal
from core.ties import tie
from members.declarations import FINDING
from peers.models import Dismissal

personal(
    Dismissal, "person other made_at", why=FINDING, kept="until she takes it back", seen_by="she herself"
)
tie("peers.Dismissal.person", "goes with the account")
tie("peers.Dismissal.other", "goes with the account of either")
