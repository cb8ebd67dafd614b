"""Which passwords are refused, each time with what to do instead."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from users.models import User

LEAST_DIFFERENT = 5  # different characters; refuses twelve that repeat a few
LEAST_OTHER = 8  # letters and digits beside one's name and address, or beside common words
# What passwords of twelve characters, our minimum, are mostly made of; Django's list of common passwords has
# hardly any that long.
COMMON = """
    wachtwoord password paswoord qwertyuiop qwerty azerty asdfghjkl zxcvbnm welkom welcome geheim secret admin
    beheerder letmein iloveyou lente zomer herfst winter januari februari maart april mei juni juli augustus
    september oktober november december voorjaar najaar amsterdam rotterdam denhaag utrecht eindhoven
    groningen tilburg almere breda nijmegen maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    gemeente nederland holland abcdefgh
""".split()
OWN_WORD = re.compile(r"\w{3,}")
SIGN = re.compile(r"[^\W_]")


class VariedPasswordValidator:
    """Refuses a password that repeats a few characters, or has no letter."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for such a password."""
        # A shorter one was refused for its length already.
        if len(password) > LEAST_DIFFERENT and len(set(password)) < LEAST_DIFFERENT:
            problem = _(
                "Dit wachtwoord herhaalt een paar tekens. "
                "Neem iets anders, bijvoorbeeld een zinnetje van een paar woorden."
            )
            raise ValidationError(problem)
        if not any(sign.isalpha() for sign in password):
            raise ValidationError(_("Dit wachtwoord heeft geen letters. Zet er een paar woorden bij."))

    def get_help_text(self) -> str:
        """Return what to do."""
        return _("Gebruik verschillende tekens, ook letters.")


class OwnWordsValidator:
    """Refuses a password that is hardly more than its owner's name or address."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for such a password."""
        if is_hardly_more_than(own_words(user), password):
            problem = _(
                "Dit wachtwoord is bijna alleen je naam of e-mailadres. "
                "Neem woorden die niets met jou te maken hebben."
            )
            raise ValidationError(problem)

    def get_help_text(self) -> str:
        """Return what to do."""
        return _("Neem niet je naam of je e-mailadres.")


class CommonWordsValidator:
    """Refuses a password that is hardly more than common words, or the name of the site."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for such a password."""
        if is_hardly_more_than([settings.WAGTAIL_SITE_NAME.lower(), *COMMON], password):
            problem = _(
                "Dit wachtwoord is bijna alleen een woord dat veel mensen nemen. "
                "Neem een zinnetje van een paar woorden."
            )
            raise ValidationError(problem)

    def get_help_text(self) -> str:
        """Return what to do."""
        return _("Neem niet een woord dat veel mensen nemen, met een paar cijfers erachter.")


def is_hardly_more_than(words: list[str], password: str) -> bool:
    """Tell whether a password has any of these words, and too little beside them."""
    rest = password.lower()
    for word in words:
        rest = rest.replace(word, "")
    left = SIGN.findall(rest)
    return rest != password.lower() and (len(left) < LEAST_OTHER or len(set(left)) < LEAST_DIFFERENT)


def own_words(user: User | None) -> list[str]:
    """Return the words of a name and an address, the longest first."""
    if user is None:
        return []
    words = OWN_WORD.findall(f"{user.first_name} {user.last_name} {user.email}".lower())
    return sorted(set(words), key=len, reverse=True)
