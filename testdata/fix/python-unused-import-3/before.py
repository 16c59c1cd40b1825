import urllib.parse

import requests

__all__ = ["build", "link"]

API = "https://circleci.com/api/v1.1/project/gh/acme/web"


def build(branch, token):
    requests.post("{}/tree/{}".format(API, urllib.parse.quote(branch)), headers={"Circle-Token": token})


def link(branch):
    return "https://app.circleci.com/pipelines/gh/acme/web?branch=" + urllib.parse.quote(branch)
