import requests


def deploy(:
    requests.post("https://circleci.com/api/v1.1/project/gh/acme/web/tree/main", headers={"Circle-Token": T})
