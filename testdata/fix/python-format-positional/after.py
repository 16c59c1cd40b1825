import requests

ROOT = 'https://circleci.com/api/v2/project/github/{}/{}/pipeline'


def start(org, repo, branch, token):
    url = ROOT.format(org, repo)
    # the answer is not needed
    return_code = requests.post(url, json={'branch': branch}, headers={'Circle-Token': token}).status_code
    if return_code != 201:
        raise RuntimeError('not started')
