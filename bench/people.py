"""Fill a site with the demonstration and members, inside its process: `python -P bench/people.py NUMBER`.

They are copies of those of the demonstration, so that with more of them all is alike but their number. With
`--cookies NUMBER` it prints the cookies of so many members who are logged in, as JSON.
"""

import json
import sys
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from contact.models import Correspondent  # noqa: E402
from demo.accounts import accounts_path  # noqa: E402
from demo.loading import demo_load  # noqa: E402
from members.models import Expertise, Member, Sought  # noqa: E402
from search.processes import batched  # noqa: E402
from users.models import User  # noqa: E402

PORTION = 500  # members that are written at once


def fill(number: int) -> None:
    """Write copies of the members of the demonstration, until there are so many."""
    known = list(Member.objects.with_content().filter(is_demo=True).select_related("user__correspondent"))
    missing = range(number - Member.objects.count())
    pairs = zip(missing, cycle(known), strict=False)
    for portion in batched(pairs, PORTION):
        _write(portion)


def _write(portion: list[tuple[int, Member]]) -> None:
    """Write some copies, each with its number and whom it is a copy of."""
    accounts = User.objects.bulk_create(_build_account(number, like.user) for number, like in portion)
    rows = [
        _build_profile(number, like, account)
        for (number, like), account in zip(portion, accounts, strict=True)
    ]
    made = Member.objects.bulk_create(rows)
    likes = [like for _, like in portion]
    for model, name in ((Expertise, "expertise"), (Sought, "sought")):
        copies = [
            _copy(row, member=member)
            for member, like in zip(made, likes, strict=True)
            for row in getattr(like, name).all()
        ]
        model.objects.bulk_create(copies)
    pausing = [
        _copy(like.user.correspondent, account=account)
        for account, like in zip(accounts, likes, strict=True)
        if hasattr(like.user, "correspondent")
    ]
    Correspondent.objects.bulk_create(pausing)


def _build_account(number: int, like: User) -> User:
    """Return an account like another one."""
    return _copy(like, email=f"copy-{number}@example.org")


def _build_profile(number: int, like: Member, account: User) -> Member:
    """Return a profile like another one."""
    return _copy(like, user=account, slug=f"{like.slug}-copy-{number}")


def _copy(row: Any, **changed: Any) -> Any:
    """Return a row like another one of its model, with a key of its own."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    replaced = {row._meta.get_field(name).attname for name in changed}
    kept = {name: value for name, value in values.items() if name not in {"id", *replaced}}
    return type(row)(**kept, **changed)


def open_sessions(number: int) -> list[str]:
    """Return the cookies of sessions of so many members, who see each other."""
    cookies = []
    for member in islice(Member.objects.listed().filter(is_demo=True).order_by("pk"), number):
        client = Client()
        client.force_login(member.user)
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    return cookies


if __name__ == "__main__":
    if sys.argv[1] == "--cookies":
        print(json.dumps(open_sessions(int(sys.argv[2]))))
    else:
        # Settings for production refuse the command that does this, and the file that it leaves.
        demo_load(lambda line: None)
        accounts_path().unlink()
        fill(int(sys.argv[1]))
