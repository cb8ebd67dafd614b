"""What rooms do when somebody is let in: they register it here, so that accounts need not know them."""

from collections.abc import Callable

from users.models import User

Answer = Callable[[User], None]
_ANSWERS: list[Answer] = []


def when_admitted(answer: Answer) -> Answer:
    """Register the decorated function: it is called in the transaction in which somebody is let in."""
    _ANSWERS.append(answer)
    return answer


def admitted(user: User) -> None:
    """Call what was registered."""
    for answer in _ANSWERS:
        answer(user)
