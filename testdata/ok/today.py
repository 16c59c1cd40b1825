"""Calls to today's v2, and what only looks like the old API."""

import requests

API = "https://circleci.com/api/v2"
RUNNER = "https://runner.circleci.com/api/v2"
BADGE = "https://circleci.com/gh/acme/web.svg?style=svg&circle-token=0123"


def jobs(token, workflow):
    answer = requests.get(f"{API}/workflow/{workflow}/job", headers={"Circle-Token": token}).json()
    return [(job["name"], job["started_at"]) for job in answer["items"]]


def insights(token):
    return requests.get(f"{API}/insights/gh/acme/web/workflows/main/jobs", headers={"Circle-Token": token}).json()


def ours(session):
    # our own service has an /api/v1.1 as well
    session.get("https://shop.example.com/api/v1.1/orders/7/retry")
    session.post("http://localhost:8000/api/v1/projects", json={"start_time": 1})


def build(api):
    return api.get("/api/v1/builds/7")["stop_time"]
