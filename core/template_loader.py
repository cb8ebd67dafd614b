"""The loader of app templates, which translates the few words that Wagtail's templates leave in English.

Copying each of these templates for a word or two would leave us some two hundred lines of Wagtail's to
maintain.
"""

from django.template import Origin
from django.template.loaders import app_directories

RIGHTS = "wagtailusers/groups/includes/formatted_permissions.html"
SEARCH = ('value="Search"', 'value="{% translate "Search" %}"')

# Per template of Wagtail: the text in it, and the replacement.
FORGOTTEN = {
    "wagtailadmin/home.html": [SEARCH],
    "wagtailadmin/shared/header.html": [SEARCH],
    "wagtailadmin/shared/headers/_actions.html": [
        ('"Actions"', '"{% load i18n %}{% translate "Actions" %}"')
    ],
    # Without a value these three show "None" and "True".
    "wagtailadmin/shared/side_panel_toggle.html": [("count|intcomma", 'count|default:""|intcomma')],
    "wagtailadmin/shared/user_avatar.html": [("{{ user }}", '{{ user|default:"" }}')],
    "wagtailadmin/tables/boolean_cell.html": [("value|stringformat:'s'", "value|yesno")],
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
        """Return the text of a template with its replacements."""
        contents: str = super().get_contents(origin)
        for forgotten, instead in FORGOTTEN.get(str(origin.template_name), []):
            contents = contents.replace(forgotten, instead)
        return contents
