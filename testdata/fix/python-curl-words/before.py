"""Release helpers that call curl."""

import json
import os
import subprocess

TOKEN = os.environ["CIRCLE_TOKEN"]
PROJECT = "https://circleci.com/api/v1.1/project/gh/acme/web"


def cancel(number):
    subprocess.check_call(["curl", "-sf", "-X", "POST", f"{PROJECT}/{number}/cancel?circle-token={TOKEN}"])


def artifacts(number):
    out = subprocess.check_output(
        [
            "curl",
            "--silent",
            PROJECT + "/" + str(number) + "/artifacts?circle-token=" + TOKEN,
        ]
    )
    return [a["url"] for a in json.loads(out)]


def tests(number):
    words = ["curl", "-s", "-H", "Circle-Token: " + TOKEN]
    words.append(PROJECT + "/%d/tests" % number)
    done = subprocess.run(words, capture_output=True, check=True)
    return json.loads(done.stdout)["tests"]


def whoami():
    words = ["curl", "-s"]
    words += ["-u", TOKEN + ":", "https://circleci.com/api/v1.1/me"]
    subprocess.call(words)


def curl(path):
    subprocess.check_call(["curl", "-s", "-H", "Circle-Token: " + TOKEN, "https://circleci.com/api/v1.1" + path])


def trigger(branch):
    # a body in a word: json.dumps makes it, so its dict is edited
    subprocess.run(["curl", "-d", json.dumps({"branch": branch}), PROJECT + "/build?circle-token=" + TOKEN], check=True)


def show():
    curl("/me")
