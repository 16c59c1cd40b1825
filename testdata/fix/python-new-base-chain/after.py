import requests

API = "https://circleci.com/api/v1.1"
API_V2 = "https://circleci.com/api/v2"
ORG = API + "/project/gh/acme"  # all our projects
ORG_V2 = API_V2 + "/project/gh/acme"
WEB = f"{ORG}/web"
WEB_V2 = f"{ORG_V2}/web"
JOINED = "/".join([API, "project", "gh", "acme", "web"])
JOINED_V2 = JOINED.replace("/api/v1.1", "/api/v2")


def names(token):
    return [v["name"] for v in requests.get(f"{WEB_V2}/envvar", headers={"Circle-Token": token}).json()["items"]]


def newest(token):
    return [b["why"] for b in requests.get(WEB, headers={"Circle-Token": token}).json()]


def login(token):
    return requests.get(API_V2 + "/me", headers={"Circle-Token": token}).json()["login"]


def keys(token):
    return [k["fingerprint"] for k in requests.get(JOINED_V2 + "/checkout-key", headers={"Circle-Token": token}).json()["items"]]


def builds(token):
    return [b["why"] for b in requests.get(JOINED + "/tree/main", headers={"Circle-Token": token}).json()]
