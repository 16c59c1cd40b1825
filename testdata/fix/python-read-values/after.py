"""Values that a URL reads by a name: what goes from the URL is the name, and the value stays for whoever else reads it."""

import requests

BRANCH = "main"
PROJECT = "https://circleci.com/api/v2/project/gh/acme/web"


def nightly(token):
    requests.post(f"{PROJECT}/pipeline", json={"branch": BRANCH}, headers={"Circle-Token": token})
    print("started", BRANCH)


def releases(token, versions):
    for version in versions:
        ref = f"release/{version}"
        requests.post(PROJECT + "/pipeline", headers={"Circle-Token": token}, json={"branch": ref})
        yield ref


def one(token):
    branch = 'develop'
    requests.post('https://circleci.com/api/v2/project/gh/acme/{}/pipeline'.format('web'), json={'branch': branch}, headers={'Circle-Token': token})
    return branch


def other(token):
    branch = "develop"
    url = "https://circleci.com/api/v2/project/gh/%s/%s/pipeline" % ("acme", "web")
    requests.post(url, json={"branch": branch}, headers={"Circle-Token": token}).raise_for_status()
    return branch


def ask(token, path):
    return requests.post("https://circleci.com/api/v2/project/gh/acme/web/job/%s" % (path,), headers={"Circle-Token": token})


def through_a_helper(secret):
    number = "17"
    ask(secret, f"{number}/cancel").raise_for_status()
    return number
