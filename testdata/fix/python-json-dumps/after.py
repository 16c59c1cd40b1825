import json

import requests

HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


def start(token, branch):
    payload = {"branch": branch, "parameters": {"REASON": "nightly"}}
    r = requests.post("https://circleci.com/api/v2/project/github/acme/web/pipeline", headers={**HEADERS, "Circle-Token": token}, data=json.dumps(payload))
    r.raise_for_status()
