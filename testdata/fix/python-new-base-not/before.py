"""Calls that could have a base of their own if it were written otherwise: withheld, each with the reason."""

import requests

API_V1 = "https://circleci.com/api/v1.1"
API_V2 = "https://circleci.com/api/v2/me"  # taken by something else


def me(token):
    return requests.get(API_V1 + "/me", headers={"Circle-Token": token}).json()["login"]


def recent(token):
    return requests.get(API_V1 + "/recent-builds", headers={"Circle-Token": token}).json()


def one_variable_for_both(token, number):
    url = "https://circleci.com/api/v1.1/project/gh/acme/web"
    build = url + "/" + str(number)
    names = [a["path"] for a in requests.get(build + "/artifacts", headers={"Circle-Token": token}).json()]
    return names, requests.get(build, headers={"Circle-Token": token}).json()["steps"]


class Client:
    base = "https://circleci.com/api/v1.1"

    def __init__(self, token):
        self.token = token

    def _get(self, path):
        return requests.get(self.base + path, headers={"Circle-Token": self.token}).json()

    def login(self):
        return self._get("/me")["login"]

    def recent(self):
        return self._get("/recent-builds")


class Server(Client):
    base = "https://circleci.acme.example/api/v1.1"

    def cancel(self, number):
        requests.post(self.base + "/project/gh/acme/web/%d/cancel" % number, headers={"Circle-Token": self.token})


class Slots:
    __slots__ = ("url",)

    def __init__(self, url="https://circleci.com/api/v1.1"):
        self.url = url

    def login(self, token):
        return requests.get(self.url + "/me", headers={"Circle-Token": token}).json()["login"]

    def recent(self, token):
        return requests.get(self.url + "/recent-builds", headers={"Circle-Token": token}).json()
