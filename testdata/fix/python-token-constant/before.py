import requests
TOKEN = "0123456789abcdef"  # a constant: what is taken out of URLs is the name, not its text
SUFFIX = "?circle-token=" + TOKEN


def a(n):
    requests.post("https://circleci.com/api/v1.1/project/gh/acme/web/%s/cancel?circle-token=%s" % (n, TOKEN))
    requests.post(f"https://circleci.com/api/v1.1/project/gh/acme/web/{n}/cancel?circle-token={TOKEN}")
    requests.post("https://circleci.com/api/v1.1/project/gh/acme/web/" + n + "/cancel?circle-token=" + TOKEN)
    requests.post("https://circleci.com/api/v1.1/project/gh/acme/web/{}/cancel?circle-token={t}".format(n, t=TOKEN))
    requests.post("https://circleci.com/api/v1.1/project/gh/acme/web/" + n + "/cancel" + SUFFIX)
    requests.post("https://circleci.com/api/v1.1/project/gh/acme/web/" + n + "/cancel", params={"circle-token": TOKEN})
