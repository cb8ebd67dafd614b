"""What `matrix.toml` says of each route."""

import re
import tomllib
from pathlib import Path
from typing import Any

MATRIX = tomllib.loads(Path(__file__).with_name("matrix.toml").read_text(encoding="utf-8"))
OWN, RULES = MATRIX["own"], MATRIX["rules"]
ROLES = ("visitor", "waiting", "member", "editor", "moderator", "administrator")
REFUSED = {"login", "denied", "403", "404"}
NOTHING = {"405"}  # says nothing about who may


def find_rule(route: str) -> dict[str, Any] | None:
    """Return the first rule for a route."""
    return next(
        (rule for rule in RULES if any(re.fullmatch(pattern, route) for pattern in rule["routes"])), None
    )


def may(route: str, role: str) -> bool:
    """Tell whether a role gets anything at a route."""
    if route not in OWN:
        rule = find_rule(route)
        return rule is not None and role in rule["may"]
    answers = [OWN[route][method].split() for method in ("get", "post")]
    own = {each[ROLES.index(role)] if len(each) > 1 else each[0] for each in answers}
    return not own <= REFUSED | NOTHING
