"""The templates of apps, with the few words in Wagtail's that it forgot to have translated.

To copy each of these templates for a word or two would leave us with some two hundred lines of Wagtail's to keep up to date.
"""

from django.template import Origin
from django.template.loaders import app_directories

RIGHTS = "wagtailusers/groups/includes/formatted_permissions.html"
SEARCH = ('value="Search"', 'value="{% translate "Search" %}"')

# What stands in a template of Wagtail, and what to read instead.
FORGOTTEN = {
    "wagtailadmin/home.html": [SEARCH],
    "wagtailadmin/shared/header.html": [SEARCH],
    "wagtailadmin/shared/headers/_actions.html": [
        ('"Actions"', '"{% load i18n %}{% translate "Actions" %}"')
    ],
    "wagtailadmin/shared/side_panel_toggle.html": [
        ("count|intcomma", 'count|default:""|intcomma')
    ],  # else "None"
    "wagtailadmin/shared/user_avatar.html": [("{{ user }}", '{{ user|default:"" }}')],  # else "None"
    "wagtailadmin/tables/boolean_cell.html": [("value|stringformat:'s'", "value|yesno")],  # else "True"
    "wagtailadmin/reports/listing/_list_page_types_usage.html": [("name|title", "name|capfirst")],
    "wagtailimages/chooser/results.html": [('"Select {% if', '"{% translate "Select" %}: {% if')],
    "wagtailusers/groups/includes/page_permissions_form.html": [
        ("{{ option.choice_label }}", "{% translate option.data.value.instance.name %}"),
    ],
    RIGHTS: [
        ("{{ content_perms_dict.object|", "{% translate content_perms_dict.object as object %}{{ object|"),
        ("{{ content_perms_dict.add.perm.name }}", '{{ object|capfirst }}: {% translate "Add" %}'),
        ("{{ content_perms_dict.change.perm.name }}", '{{ object|capfirst }}: {% translate "Change" %}'),
        ("{{ content_perms_dict.delete.perm.name }}", '{{ object|capfirst }}: {% translate "Delete" %}'),
    ],
}


class Loader(app_directories.Loader):
    """Django's loader of the templates of apps."""

    def get_contents(self, origin: Origin) -> str:
        """Return the text of a template, with what was forgotten in it."""
        contents: str = super().get_contents(origin)
        for forgotten, instead in FORGOTTEN.get(str(origin.template_name), []):
            contents = contents.replace(forgotten, instead)
        return contents
