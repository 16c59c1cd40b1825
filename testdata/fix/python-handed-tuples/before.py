"""Answers handed out together with their status, and by the pipes of a command."""

import json
import subprocess

import requests

WEB = "https://circleci.com/api/v1.1/project/gh/acme/web"


def get(path, token):
    answer = requests.get(WEB + path, headers={"Circle-Token": token})
    status, body = answer.status_code, answer.json()
    return status, body


def urls(number, token):
    status, files = get(f"/{number}/artifacts", token)
    if status == 200 and files:
        return [each["url"] for each in files]
    return []


def first(number, token):
    return get(f"/{number}/artifacts", token)[1][0]["path"]


def send(verb, path, token):
    answer = getattr(requests, verb)("https://circleci.com/api/v1.1/project/gh/acme/" + path, headers={"Circle-Token": token})
    return answer, answer.ok


def start(token):
    answer, fine = send("post", "web/build", token)
    assert fine and answer.status_code == 200


def piped(number, token):
    child = subprocess.Popen(
        ["curl", "-s", "-u", f"{token}:", f"https://circleci.com/api/v1.1/project/gh/acme/web/{number}/artifacts"],
        stdout=subprocess.PIPE,
    )
    out, _ = child.communicate()
    return [each["path"] for each in json.loads(out)]


def started(branch, token):
    command = ["curl", "-fsS", "-X", "POST", "-u", token + ":", "-H", "Content-Type: application/json"]
    body = json.dumps({"build_parameters": {"VERSION": "1"}})
    subprocess.run([*command, "-d", body, f"{WEB}/tree/{branch}"], check=True)
    subprocess.run(["curl", "-fsS", "-X", "POST", "-u", f"{token}:", "-d", json.dumps({"build_parameters": {"A": "1"}}),
                    f"{WEB}/tree/{branch}"], check=True)  # fmt: skip
