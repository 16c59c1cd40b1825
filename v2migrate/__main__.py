"""`python -m v2migrate`."""

from __future__ import annotations

import sys

from v2migrate.cli import main

if __name__ == "__main__":
    sys.exit(main())
