"""What happened is about organisations, not people."""

from activity.models import Activity
from core.processing import holds_nothing
from core.ties import tie

holds_nothing(Activity, because="a fact about an organisation and a case")
tie("activity.Activity.organisations", "the fact stays, without the body")
tie("activity.Activity.themes", "the fact stays, without the theme")
