"""Terms hold nothing of people."""

from core.processing import holds_nothing
from taxonomy.models import Technique, Theme

holds_nothing(Technique, Theme, because="words for subjects")
