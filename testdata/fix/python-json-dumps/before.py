import json

import requests

HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


def start(token, branch):
    payload = {"build_parameters": {"REASON": "nightly"}, "parallel": 4}
    r = requests.post(f"https://circleci.com/api/v1.1/project/github/acme/web/tree/{branch}?circle-token={token}", headers=HEADERS, data=json.dumps(payload))
    r.raise_for_status()
