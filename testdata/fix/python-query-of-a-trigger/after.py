"""What a query says to do is not left in a call that does not read it."""
import requests

SITE = "https://circleci.com/api/v1.1/project/gh/acme/site"
SITE_V2 = "https://circleci.com/api/v2/project/gh/acme/site"
HEADERS = {"Circle-Token": TOKEN}


def build(revision):
    requests.post(f"{SITE}/build?revision={revision}", headers=HEADERS).raise_for_status()


def nightly(job):
    requests.post(f"{SITE}/tree/main", params={"build_parameters[CIRCLE_JOB]": job}, headers=HEADERS).raise_for_status()


def artifacts(number):
    return [each["url"] for each in requests.get(f"{SITE_V2}/{number}/artifacts?nodes=all", headers=HEADERS).json()["items"]]
