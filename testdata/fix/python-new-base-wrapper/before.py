import requests

API = "https://circleci.com/api/v1.1"


class Client:
    def __init__(self, token):
        self.url = "https://circleci.com/api/v1.1"
        self.token = token

    def _get(self, path):
        return requests.get(f"{self.url}/{path}", headers={"Circle-Token": self.token}).json()

    def names(self):
        return [v["name"] for v in self._get("project/gh/acme/web/envvar")]

    def login(self):
        return self._get("me")["login"]

    def steps(self, number):
        # step logs are only in v1.1
        return len(self._get(f"project/gh/acme/web/{number}")["steps"])


def fetch(
    token: str,
    path: str,
) -> object:
    url = API + path
    return requests.get(url, headers={"Circle-Token": token}).json()


def keys(token):
    return sorted(k["fingerprint"] for k in fetch(token, "/project/gh/acme/web/checkout-key"))


def recent(token):
    return len(fetch(token, "/recent-builds"))


class Typed:
    base = 'https://circleci.com/api/v1.1/project'

    def __init__(self, token: str) -> None:
        self.token = token

    def ask(self, path: str, *, timeout: int = 5) -> dict:
        answer = requests.get("{}/gh/acme/web/{}".format(self.base, path), headers={"Circle-Token": self.token}, timeout=timeout)
        return answer.json()

    def files(self, number):
        return [each["path"] for each in self.ask(f"{number}/artifacts", timeout=9)]

    def tests(self, number):
        return len(self.ask(str(number))["steps"])


def first_file(token, number):
    typed = Typed(token)
    return typed.ask(
        f"{number}/artifacts",
        timeout=9,
    )[0]["path"]


class OfTheClass:
    root = "https://circleci.com/api/v1.1"

    @classmethod
    def look(cls, token, path):
        return requests.get(cls.root + path, headers={"Circle-Token": token}).json()


def name(token):
    return OfTheClass.look(token, "/me")["login"]


def lately(token):
    return len(OfTheClass.look(token, "/recent-builds"))
