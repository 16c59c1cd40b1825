import urllib.parse

import requests

__all__ = ["build", "link"]

API = "https://circleci.com/api/v2/project/gh/acme/web"


def build(branch, token):
    requests.post("{}/pipeline".format(API), headers={"Circle-Token": token}, json={"branch": branch})


def link(branch):
    return "https://app.circleci.com/pipelines/gh/acme/web?branch=" + urllib.parse.quote(branch)
