import requests
from requests.auth import HTTPBasicAuth


class BadVerbError(Exception):
    pass


class Client:
    """A small client."""

    def __init__(self, token, url="https://circleci.com/api/v2"):
        self.token = token
        self.url = url

    def me(self):
        return self._request("GET", "me")

    def artifacts(self, username, project, build_num, vcs_type="github"):
        endpoint = "project/{0}/{1}/{2}/{3}/artifacts".format(vcs_type, username, project, build_num)
        resp = self._request("GET", endpoint)["items"]
        return resp

    def download_all(self, username, project, build_num):
        for artifact in self.artifacts(username, project, build_num):
            print(artifact["url"])

    def cancel(self, username, project, build_num, vcs_type="github"):
        endpoint = "project/{0}/{1}/{2}/job/{3}/cancel".format(vcs_type, username, project, build_num)
        return self._request("POST", endpoint)

    def _request(self, verb, endpoint, data=None):
        headers = {"Accept": "application/json"}
        auth = HTTPBasicAuth(self.token, "")
        resp = None
        request_url = "{0}/{1}".format(self.url, endpoint)
        if verb == "GET":
            resp = requests.get(request_url, auth=auth, headers=headers)
        elif verb == "POST":
            resp = requests.post(request_url, auth=auth, headers=headers, json=data)
        else:
            raise BadVerbError("verb must be GET or POST")
        resp.raise_for_status()
        return resp.json()


def get(path, token):
    r = requests.get("https://circleci.com/api/v2" + path, headers={"Circle-Token": token})
    if r.status_code != 200:
        raise RuntimeError("failed: %s" % r.text)
    return r.json()


def get_ok(path, token):
    r = requests.get("https://circleci.com/api/v1.1" + path, headers={"Circle-Token": token})
    if r.ok:
        return r.json()
    return []


def get_try(path, token):
    try:
        r = requests.get("https://circleci.com/api/v1.1" + path, headers={"Circle-Token": token})
        data = r.json()
    except ValueError as e:
        print(e)
        return None
    return data


def checked(response):
    response.raise_for_status()
    return response.json()


def get_checked(path, token):
    return checked(requests.get("https://circleci.com/api/v2" + path, headers={"Circle-Token": token}))


def get_text(path, token):
    r = requests.get("https://circleci.com/api/v2" + path, headers={"Circle-Token": token})
    return r.status_code, r.json()


def use(token):
    for a in get("/project/gh/acme/web/1/artifacts", token)["items"]:
        print(a["path"])
    print([a["url"] for a in get_ok("/project/gh/acme/web/2/artifacts", token)])
    print(get_try("/project/gh/acme/web/3/artifacts", token)[0]["url"])
    print(len(get_checked("/project/gh/acme/web/4/artifacts", token)["items"]))
    code, items = get_text("/project/gh/acme/web/5/artifacts", token)
    print(items["items"][0]["url"])
