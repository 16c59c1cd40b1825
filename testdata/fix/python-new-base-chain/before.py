import requests

API = "https://circleci.com/api/v1.1"
ORG = API + "/project/gh/acme"  # all our projects
WEB = f"{ORG}/web"
JOINED = "/".join([API, "project", "gh", "acme", "web"])


def names(token):
    return [v["name"] for v in requests.get(f"{WEB}/envvar", headers={"Circle-Token": token}).json()]


def newest(token):
    return [b["why"] for b in requests.get(WEB, headers={"Circle-Token": token}).json()]


def login(token):
    return requests.get(API + "/me", headers={"Circle-Token": token}).json()["login"]


def keys(token):
    return [k["fingerprint"] for k in requests.get(JOINED + "/checkout-key", headers={"Circle-Token": token}).json()]


def builds(token):
    return [b["why"] for b in requests.get(JOINED + "/tree/main", headers={"Circle-Token": token}).json()]
