import requests

BASE = "https://circleci.com/api/v1.1/project/gh/acme/web"


def artifacts(token, n):
    return [a["url"] for a in requests.get(BASE + "/%d/artifacts" % n, headers={"Circle-Token": token}).json()]


def failed_steps(token, n):
    # step logs are only in v1.1
    return requests.get(BASE + "/%d" % n, headers={"Circle-Token": token}).json()["steps"]
