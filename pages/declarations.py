"""Pages of text hold nothing of people but what their author is about to say to everyone."""

from core.processing import holds_nothing
from pages.models import ContentPage, HomePage

holds_nothing(ContentPage, HomePage, because="what the editors say about the site itself")
