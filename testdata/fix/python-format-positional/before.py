import requests

ROOT = 'https://circleci.com/api/v1.1/project/github/{}/{}/tree/{}?circle-token={}'


def start(org, repo, branch, token):
    url = ROOT.format(org, repo, branch, token)
    # the answer is not needed
    return_code = requests.post(url).status_code
    if return_code != 201:
        raise RuntimeError('not started')
