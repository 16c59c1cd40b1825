import requests
TOKEN = "0123456789abcdef"  # a constant: what is taken out of URLs is the name, not its text
SUFFIX = "?circle-token="


def a(n):
    requests.post("https://circleci.com/api/v2/project/gh/acme/web/job/%s/cancel" % (n,), headers={"Circle-Token": TOKEN})
    requests.post(f"https://circleci.com/api/v2/project/gh/acme/web/job/{n}/cancel", headers={"Circle-Token": TOKEN})
    requests.post("https://circleci.com/api/v2/project/gh/acme/web/job/" + n + "/cancel", headers={"Circle-Token": TOKEN})
    requests.post("https://circleci.com/api/v2/project/gh/acme/web/job/{}/cancel".format(n), headers={"Circle-Token": TOKEN})
    requests.post("https://circleci.com/api/v2/project/gh/acme/web/job/" + n + "/cancel", headers={"Circle-Token": TOKEN})
    requests.post("https://circleci.com/api/v2/project/gh/acme/web/job/" + n + "/cancel", headers={"Circle-Token": TOKEN})
