"""Starts single jobs of this repository's project."""

import os
import sys

import requests

PROJECT = "https://circleci.com/api/v2/project/gh/{}/{}".format(
    os.environ["CIRCLE_PROJECT_USERNAME"], os.environ["CIRCLE_PROJECT_REPONAME"]
)


def release(token, version):
    answer = requests.post(
        PROJECT + "/pipeline",
        headers={"Circle-Token": token},
        json={"branch": "main", "parameters": {"run-release": True, "VERSION": version, "FORCE": "true"}},
    )
    answer.raise_for_status()


if __name__ == "__main__":
    release(os.environ["CIRCLE_TOKEN"], sys.argv[1])
