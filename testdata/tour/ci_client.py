"""A small client for our CI, as many teams have one."""

import os

import requests

API = "https://circleci.com/api/v1.1"
TOKEN = os.environ["CIRCLE_TOKEN"]


class Client:
    def __init__(self, organization, repository):
        self.project = f"project/github/{organization}/{repository}"

    def _get(self, path):
        response = requests.get(f"{API}/{self.project}/{path}", params={"circle-token": TOKEN}, timeout=30)
        response.raise_for_status()
        return response.json()

    def artifact_urls(self, job):
        """The addresses of all files that a job left behind."""
        return [artifact["url"] for artifact in self._get(f"{job}/artifacts")]

    def variable_names(self):
        return sorted(variable["name"] for variable in self._get("envvar"))

    def retry(self, job):
        url = f"https://circleci.com/api/v1.1/{self.project}/{job}/retry?circle-token={TOKEN}"
        requests.post(url, timeout=30).raise_for_status()

    def cancel(self, job):
        url = "https://circleci.com/api/v1.1/{}/{}/cancel?circle-token={}".format(self.project, job, TOKEN)
        requests.post(url, timeout=30).raise_for_status()
