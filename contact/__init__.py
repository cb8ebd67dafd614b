"""Contact: members ask each other and the editors, without showing an address."""
