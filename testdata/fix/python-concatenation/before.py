import requests
from settings import TOKEN

BASE = "https://circleci.com/api/v1/project/"


def artifacts(org, repo, build):
    url = BASE + org + "/" + repo + "/" + str(build) + "/artifacts" + "?circle-token=" + TOKEN
    for artifact in requests.get(url).json():
        yield artifact["path"]
