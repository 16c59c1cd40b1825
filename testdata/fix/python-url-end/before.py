import os
from urllib.parse import quote, urljoin

import requests

TOKEN = os.environ["CIRCLE_TOKEN"]
BASE = "https://circleci.com/api/v1.1/"


def a(repo):
    requests.post("https://circleci.com/api/v1.1/project/gh/acme/" + repo, headers={"Circle-Token": TOKEN})


def b(org, repo):
    requests.post("/".join(["https://circleci.com/api/v1.1/project/gh", org, repo]), headers={"Circle-Token": TOKEN})


def c(org, repo):
    requests.post("/".join((BASE + "project", "github", org, repo, "build")), headers={"Circle-Token": TOKEN})


def d(org, repo, n):
    url = "/".join([BASE + "project", "github", org, repo, str(n), "cancel"])
    requests.post(url, headers={"Circle-Token": TOKEN})


def e(org, repo, n):
    url = "/".join([
        "https://circleci.com/api/v1.1/project",
        "github",
        org,
        repo,
        str(n),
    ])
    return requests.get(url, headers={"Circle-Token": TOKEN}).json()["status"]


def f(org, repo, branch):
    url = "https://circleci.com/api/v1.1/project/gh/" + org + "/" + repo + "/tree/" + branch
    requests.post(url, headers={"Circle-Token": TOKEN})


def g(org, repo, branch):
    url = "https://circleci.com/api/v1.1/project/gh/{}/{}/tree/{}".format(org, repo, quote(branch, safe=""))
    requests.post(url, headers={"Circle-Token": TOKEN})


def h(slug, branch):
    url = "/".join(["https://circleci.com/api/v1.1/project", slug, "tree", branch]) + "?circle-token=" + TOKEN
    requests.post(url)


def i(slug):
    url = "https://circleci.com/api/v1.1/project/gh/%s"
    requests.post(url % slug, headers={"Circle-Token": TOKEN})


def j(slug):
    requests.post(urljoin(BASE, "project/gh/" + slug), headers={"Circle-Token": TOKEN})


def k(slug, repo):
    url = "https://circleci.com/api/v1.1/project/gh/"
    url += slug
    url += "/" + repo
    requests.post(url, headers={"Circle-Token": TOKEN})


def shared(slug, repo):
    # the sum is read by another call too, which keeps its path
    url = "https://circleci.com/api/v1.1/project/gh/" + repo
    requests.post(url, headers={"Circle-Token": TOKEN})
    return requests.get(url, headers={"Circle-Token": TOKEN}).json()[0]["why"]
