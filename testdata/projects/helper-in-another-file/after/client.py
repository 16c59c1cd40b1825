import requests

BASE = "https://circleci.com/api/v2"


class C:
    def _get(self, path):
        return requests.get(BASE + path, headers={"Circle-Token": self.t}).json()

    def artifacts(self, n):
        return self._get(f"/project/gh/acme/web/{n}/artifacts")["items"]


def artifacts(n, t):
    return requests.get(f"{BASE}/project/gh/acme/web/{n}/artifacts", headers={"Circle-Token": t}).json()["items"]
