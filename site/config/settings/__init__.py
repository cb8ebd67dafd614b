"""Settings per situation: `development`, `test` and `production`, all on `base`."""
