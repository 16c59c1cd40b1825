from urllib.parse import urlencode

import requests

API = "https://circleci.com/api/v2/project/gh/acme/web"


def build(branch, token):
    requests.post(API + "/pipeline", headers={"Circle-Token": token}, json={"branch": branch})


def search(words):
    return "https://ci.acme.example/?" + urlencode({"q": words})
