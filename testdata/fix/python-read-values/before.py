"""Values that a URL reads by a name: what goes from the URL is the name, and the value stays for whoever else reads it."""

import requests

BRANCH = "main"
PROJECT = "https://circleci.com/api/v1.1/project/gh/acme/web"


def nightly(token):
    requests.post(f"{PROJECT}/tree/{BRANCH}?circle-token={token}")
    print("started", BRANCH)


def releases(token, versions):
    for version in versions:
        ref = f"release/{version}"
        requests.post(PROJECT + "/tree/" + ref, headers={"Circle-Token": token})
        yield ref


def one(token):
    branch = 'develop'
    requests.post('https://circleci.com/api/v1.1/project/gh/acme/{}/tree/{}?circle-token={}'.format('web', branch, token))
    return branch


def other(token):
    branch = "develop"
    url = "https://circleci.com/api/v1.1/project/gh/%s/%s/tree/%s?circle-token=%s" % ("acme", "web", branch, token)
    requests.post(url).raise_for_status()
    return branch


def ask(token, path):
    return requests.post("https://circleci.com/api/v1.1/project/gh/acme/web/%s?circle-token=%s" % (path, token))


def through_a_helper(secret):
    number = "17"
    ask(secret, f"{number}/cancel").raise_for_status()
    return number
