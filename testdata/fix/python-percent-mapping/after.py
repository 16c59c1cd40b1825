import requests


def cancel(token, number):
    requests.post(
        "https://circleci.com/api/v2/project/%(vcs)s/%(slug)s/job/%(number)s/cancel"
        % {"vcs": "gh", "slug": "acme/web", "number": number},
        timeout=10,
        headers={"Circle-Token": token},
    )
