"""The environment a rehearsed program gets: no credentials, an empty home, the emulator's token. Knows no call."""

from __future__ import annotations

import os
import re
import site
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from v2migrate.report.mask import MASK, mask, secrets

_CREDENTIALS = re.compile(
    r"(AWS|AMAZON|GOOGLE|GCP|GCLOUD|CLOUDSDK|AZURE|ARM|DOCKER|KUBE|HELM|VAULT|CONSUL|NOMAD|DIGITALOCEAN|HEROKU|GH|SSH|GIT|GPG"
    r"|TWINE|XDG|DBUS|NPM_CONFIG|CARGO_REGISTR|GITHUB_TOKEN|GITLAB_TOKEN|CURL_HOME|NETRC|KRB5)(_|$|CONFIG|CCNAME)"
    r"|GITHUB_TOKEN|.*(SECRET|PASSW|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|SIGNING_?KEY|WEBHOOK|_DSN$|DATABASE_URL)",
    re.I,
)
_TOKEN = re.compile(r"TOKEN|(^|_)PAT$", re.I)
_OF_CIRCLECI = re.compile(r"CIRCLE|CCI|^((API|CI|USER|AUTH|ACCESS|PERSONAL|MY)_)*TOKEN$", re.I)
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """`variables` to run with; `secrets` that must not be printed; names that were `taken` away, and `tokens` put in."""

    variables: Mapping[str, str]
    secrets: frozenset[str]
    taken: tuple[str, ...]
    tokens: tuple[str, ...]

    def hide(self, text: str) -> str:
        """`text` without anything secret."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return mask(text)


def scrub(
    environment: Mapping[str, str], home: Path, token: str, named: Collection[str], fixture: Collection[str]
) -> Scrubbed:
    """`environment` without cloud, ssh and git credentials and with `home`; CircleCI's tokens become `token`.

    `named` are variables that calls to CircleCI were seen to take tokens from: they are set whether they were or not.
    `fixture` are the values of the account's tokens.
    """
    out: dict[str, str] = {}
    hidden, taken, tokens = set(fixture), [], set(named)
    for name, value in environment.items():
        looks = bool(_TOKEN.search(name))
        if name in tokens or bool(secrets(value)) or (looks and _OF_CIRCLECI.search(name)):
            tokens.add(name)
            hidden.add(value)
        elif looks or _CREDENTIALS.match(name):
            taken.append(name)
            if looks or not _harmless(name, value):
                hidden.add(value)
        else:
            out[name] = value
    out |= dict.fromkeys(sorted(tokens), token)
    out |= {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    if (base := site.getuserbase()) and os.path.isdir(base):
        out.setdefault("PYTHONUSERBASE", base)  # packages in the old home; there are no credentials among them
    return Scrubbed(
        out, frozenset(each for each in hidden if len(each) >= _SHORTEST), tuple(sorted(taken)), tuple(sorted(tokens))
    )


def _harmless(name: str, value: str) -> bool:
    """Paths, addresses of hosts and switches: to hide them would blacken half of what a program prints."""
    return value.startswith(("/", "unix:")) or not re.search(r"SECRET|PASS|CRED|KEY|TOKEN|AUTH", name, re.I)
