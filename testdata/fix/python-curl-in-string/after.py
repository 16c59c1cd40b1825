import os
import subprocess

from fabric.api import local, run

TOKEN = os.environ["CIRCLE_TOKEN"]


def whoami():
    run(f"curl -s -H 'Circle-Token: {TOKEN}' https://circleci.com/api/v2/me | jq -r .login")


def first_artifact(number):
    return os.system(
        f'curl -s -H "Circle-Token: {TOKEN}" "https://circleci.com/api/v2/project/gh/acme/web/{number}/artifacts" | jq -r ".items[0].url"'
    )


def build():
    local(
        f"""
        cd deploy && curl -X POST -H 'Circle-Token: {TOKEN}' \\
            -H "Accept: application/json" \\
            "https://circleci.com/api/v2/project/gh/acme/web/pipeline"
        """
    )


def cancel(number):
    # positional fields: the order of the values would have to change
    os.system("curl -X POST 'https://circleci.com/api/v1.1/project/gh/acme/web/%s/cancel?circle-token=%s'" % (number, TOKEN))


def cancel_with_header(number):
    os.system("curl -X POST -H 'Circle-Token: " + TOKEN + "' https://circleci.com/api/v2/project/gh/acme/web/job/" + str(number) + "/cancel")


def read_back(number):
    # what the program does with the answer is not known to the shell
    return os.popen(f'curl -s https://circleci.com/api/v1.1/project/gh/acme/web/{number}/artifacts?circle-token={TOKEN}').read()


def by_shell():
    subprocess.run(["bash", "-c", "set -e; curl -sf -H 'Circle-Token: $TOKEN' https://circleci.com/api/v2/me\necho done"], check=True)


def several():
    for command in (
        f"curl -X POST https://circleci.com/api/v2/project/gh/acme/web/job/{os.environ['N']}/cancel -u {TOKEN}:",
        "echo cancelled",
    ):
        run(command)


def help_text():
    print("try: curl https://example.com/api/v1.1/me")


def unknown(check):
    assert check('curl -s -H "Circle-Token: $T" https://circleci.com/api/v1.1/me')
