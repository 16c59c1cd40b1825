"""Stubs in tests: their URLs move with the code, what they answer is for people to change."""

import requests
import responses

API = "https://circleci.com/api/v2"


def cancel(token, number):
    requests.post(f"{API}/project/gh/acme/web/job/{number}/cancel", headers={"Circle-Token": token}).raise_for_status()


def artifacts(token, number):
    return requests.get(f"{API}/project/gh/acme/web/{number}/artifacts", headers={"Circle-Token": token}).json()["items"][0]["url"]


@responses.activate
def test_cancel():
    responses.add(responses.POST, "https://circleci.com/api/v2/project/gh/acme/web/job/7/cancel", status=200)
    cancel("t", 7)


@responses.activate
def test_artifacts():
    responses.add(
        responses.GET,
        "https://circleci.com/api/v1.1/project/gh/acme/web/7/artifacts",
        json=[{"url": "https://x"}],
    )
    assert artifacts("t", 7) == "https://x"


def test_cancel_with_a_mock(requests_mock):
    requests_mock.post("https://circleci.com/api/v2/project/gh/acme/web/job/8/cancel")
    cancel("t", 8)


def test_cancel_with_respx(respx_mock):
    respx_mock.post("https://circleci.com/api/v2/project/gh/acme/web/job/9/cancel").respond(200)
    cancel("t", 9)


def test_token(requests_mock):
    requests_mock.post("https://circleci.com/api/v1.1/project/gh/acme/web/8/cancel?circle-token=t", json={})
