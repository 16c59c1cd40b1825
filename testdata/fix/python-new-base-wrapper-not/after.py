"""Helpers that cannot take a base as an argument: withheld, each with the reason."""

import functools

import requests

API = "https://circleci.com/api/v1.1"
ROOT = "https://circleci.com/api/v1.1"
SITE = "https://circleci.com/api/v1.1"
PLACE = "https://circleci.com/api/v1.1"


def anything(path, **options):
    return requests.get(API + path, **options).json()


def login(token):
    return anything("/me", headers={"Circle-Token": token})["login"]


def recent(token):
    return len(anything("/recent-builds", headers={"Circle-Token": token}))


@functools.lru_cache
def cached(token, path):
    return requests.get(ROOT + path, headers={"Circle-Token": token}).json()


def cached_login(token):
    return cached(token, "/me")["login"]


def cached_recent(token):
    return len(cached(token, "/recent-builds"))


def urls(token, path):
    return [each["url"] for each in requests.get(SITE + path, headers={"Circle-Token": token}).json()]


def artifacts(token, number):
    return urls(token, f"/project/gh/acme/web/{number}/artifacts")


def builds(token):
    return urls(token, "/recent-builds")


def logged(token, path):
    root = PLACE
    print("asking", root)
    return requests.get(root + path, headers={"Circle-Token": token}).json()


def logged_login(token):
    return logged(token, "/me")["login"]


def logged_recent(token):
    return len(logged(token, "/recent-builds"))


class Above:
    base = "https://circleci.com/api/v1.1"

    def read(self, path):
        return requests.get(self.base + path, headers={"Circle-Token": self.token}).json()

    def login(self):
        return self.read("/me")["login"]

    def recent(self):
        return len(self.read("/recent-builds"))


class Below(Above):
    def read(self, path):
        return super().read(path + "?limit=1")


class Pager:
    root = "https://circleci.com/api/v1.1"

    def page(self, token, path):
        return requests.get(self.root + path, headers={"Circle-Token": token}).json()


def who(pager, token):
    # whose method this is cannot be seen
    return pager.page(token, "/me")["login"]


def lately(pager, token):
    return len(pager.page(token, "/recent-builds"))


KEPT_AT = "https://circleci.com/api/v1.1"
KEPT = {}


def kept(token, path):
    if path not in KEPT:
        KEPT[path] = requests.get(KEPT_AT + path, headers={"Circle-Token": token}).json()
    return KEPT[path]


def kept_login(token):
    return kept(token, "/me")["login"]


def kept_recent(token):
    return len(kept(token, "/recent-builds"))


INNER = "https://circleci.com/api/v1.1"


def inner(token, path):
    return requests.get(INNER + path, headers={"Circle-Token": token}).json()


def several(token):
    return [inner(token, path) for path in ("/me", "/recent-builds")]


def spread(*arguments):
    return inner(*arguments, path="/me")["login"]
