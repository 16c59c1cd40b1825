"""`python -m v2migrate`."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    # Python puts the working directory in front of all other places; a `yaml.py` that is to be checked must not be run.
    if not sys.flags.safe_path:
        del sys.path[0]
    from v2migrate.start import main

    sys.exit(main())
