"""How dates are typed, where Django's own formats of a language differ from the site's."""
