import os
from urllib.parse import urljoin

import requests

TOKEN = os.environ["CIRCLE_TOKEN"]
BASE = "https://circleci.com/api/v2/"


def a(repo):
    requests.post("https://circleci.com/api/v2/project/gh/acme/" + repo + "/pipeline", headers={"Circle-Token": TOKEN})


def b(org, repo):
    requests.post("/".join(["https://circleci.com/api/v2/project/gh", org, repo, "pipeline"]), headers={"Circle-Token": TOKEN})


def c(org, repo):
    requests.post("/".join((BASE + "project", "github", org, repo, "pipeline")), headers={"Circle-Token": TOKEN})


def d(org, repo, n):
    url = "/".join([BASE + "project", "github", org, repo, "job", str(n), "cancel"])
    requests.post(url, headers={"Circle-Token": TOKEN})


def e(org, repo, n):
    url = "/".join([
        "https://circleci.com/api/v2/project",
        "github",
        org,
        repo,
        "job", str(n),
    ])
    return requests.get(url, headers={"Circle-Token": TOKEN}).json()["status"]


def f(org, repo, branch):
    url = "https://circleci.com/api/v2/project/gh/" + org + "/" + repo + "/pipeline"
    requests.post(url, headers={"Circle-Token": TOKEN}, json={"branch": branch})


def g(org, repo, branch):
    url = "https://circleci.com/api/v2/project/gh/{}/{}/pipeline".format(org, repo)
    requests.post(url, headers={"Circle-Token": TOKEN}, json={"branch": branch})


def h(slug, branch):
    url = "/".join(["https://circleci.com/api/v2/project", slug, "pipeline"])
    requests.post(url, json={"branch": branch}, headers={"Circle-Token": TOKEN})


def i(slug):
    url = "https://circleci.com/api/v2/project/gh/%s/pipeline"
    requests.post(url % slug, headers={"Circle-Token": TOKEN})


def j(slug):
    requests.post(urljoin(BASE, "project/gh/" + slug + "/pipeline"), headers={"Circle-Token": TOKEN})


def k(slug, repo):
    url = "https://circleci.com/api/v2/project/gh/"
    url += slug
    url += "/" + repo + "/pipeline"
    requests.post(url, headers={"Circle-Token": TOKEN})


def shared(slug, repo):
    # the sum is read by another call too, which keeps its path
    url = "https://circleci.com/api/v1.1/project/gh/" + repo
    url_v2 = "https://circleci.com/api/v2/project/gh/" + repo + "/pipeline"
    requests.post(url_v2, headers={"Circle-Token": TOKEN})
    return requests.get(url, headers={"Circle-Token": TOKEN}).json()[0]["why"]
