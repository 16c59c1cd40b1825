import requests
from urllib.parse import quote

API = "https://circleci.com/api/v1.1/project/gh/acme/web"


def build(branch, token):
    requests.post(f"{API}/tree/{quote(branch, safe='')}", headers={"Circle-Token": token})
