import requests

API = "https://circleci.com/api/v1.1"  # old
API_V2 = "https://circleci.com/api/v2"
PROJECT = f"{API}/project/gh/acme/web"


def artifacts(token, n):
    return [a["url"] for a in requests.get(API_V2 + "/project/gh/acme/web/%d/artifacts" % n, headers={"Circle-Token": token}).json()["items"]]


def me(token):
    return requests.get(f"{API_V2}/me", headers={"Circle-Token": token}).json()["login"]


def failed_steps(token, n):
    # step logs are only in v1.1
    return requests.get(API + "/project/gh/acme/web/%d" % n, headers={"Circle-Token": token}).json()["steps"]


class Client:
    base = 'https://circleci.com/api/v1.1/project'
    base_v2 = 'https://circleci.com/api/v2/project'

    def __init__(self, token):
        self.token = token
        self.root = "https://circleci.com/api/v1.1"
        self.root_v2 = "https://circleci.com/api/v2"

    def cancel(self, n):
        requests.post("{}/gh/acme/web/job/{}/cancel".format(self.base_v2, n), headers={"Circle-Token": self.token})

    def follow(self):
        requests.post("{}/gh/acme/web/follow".format(self.base), headers={"Circle-Token": self.token})

    def login(self):
        url = self.root_v2 + "/me"
        return requests.get(url, headers={"Circle-Token": self.token}).json()["login"]

    def recent(self):
        return requests.get(self.root + "/projects", headers={"Circle-Token": self.token}).json()
