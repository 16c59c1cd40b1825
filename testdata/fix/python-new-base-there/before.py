import requests

api_url = 'https://circleci.com/api/v1.1'
api_url_v2 = 'https://circleci.com/api/v2'


def login(token):
    return requests.get(f'{api_url}/me', headers={'Circle-Token': token}).json()['login']


def cancel(token, number):
    requests.post(f'{api_url}/project/gh/acme/web/{number}/cancel', headers={'Circle-Token': token})


def pipelines(token):
    return requests.get(f'{api_url_v2}/project/gh/acme/web/pipeline', headers={'Circle-Token': token}).json()['items']


def recent(token):
    return requests.get(f'{api_url}/projects', headers={'Circle-Token': token}).json()
