from urllib.parse import quote_plus, urlencode

import requests

API = "https://circleci.com/api/v1.1/project/gh/acme/web"


def build(branch, token):
    requests.post(API + "/tree/" + quote_plus(branch), headers={"Circle-Token": token})


def search(words):
    return "https://ci.acme.example/?" + urlencode({"q": words})
