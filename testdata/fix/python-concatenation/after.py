import requests
from settings import TOKEN

BASE = "https://circleci.com/api/v2/project/gh/"


def artifacts(org, repo, build):
    url = BASE + org + "/" + repo + "/" + str(build) + "/artifacts"
    for artifact in requests.get(url, headers={"Circle-Token": TOKEN}).json()["items"]:
        yield artifact["path"]
