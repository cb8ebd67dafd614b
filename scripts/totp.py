"""`make code ROLE=editor`: the code of a demonstration account at this moment (RFC 6238)."""

import base64
import hashlib
import hmac
import json
import os
import struct
import sys
import time
from pathlib import Path

from console import give_up, say

PERIOD = 30  # seconds that a code is valid, the default of RFC 6238


def build_code(secret: str, moment: float) -> str:
    """Return the six digits for a secret in base 32 at a moment in seconds."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(moment) // PERIOD), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def main() -> None:
    """Print the code for a role."""
    path = Path(os.environ.get("VAR_DIR", "var")) / "accounts.json"
    if not path.exists():
        give_up(f"{path} is not there. Start the demonstration first: make run")
    secrets = {row["role"]: row["totp_secret"] for row in json.loads(path.read_text())}
    role = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] else "administrator"
    if role not in secrets:
        give_up(f"There is no role {role}. Choose one of: {', '.join(secrets)}")
    say(build_code(secrets[role], time.time()))


if __name__ == "__main__":
    main()
