import requests


def cancel(token, number):
    requests.post(
        "https://circleci.com/api/v1.1/project/%(vcs)s/%(slug)s/%(number)s/cancel?circle-token=%(token)s"
        % {"vcs": "gh", "slug": "acme/web", "number": number, "token": token},
        timeout=10,
    )
