import requests

API = "https://circleci.com/api/v2/project/gh/acme/web"


def build(branch, token):
    requests.post(f"{API}/pipeline", headers={"Circle-Token": token}, json={"branch": branch})
