import requests

API = "https://circleci.com/api/v1.1"


def details(token, username, project, build_num):
    url = "/project/{username}/{project}/{build_num}?circle-token={token}".format(
        username=username, project=project, build_num=build_num, token=token
    )
    return requests.get(API + url).json()["stop_time"]


def builds(token, vcs, org, repo):
    return requests.get(f"{API}/project/{vcs}/{org}/{repo}?circle-token={token}").json()[0]["why"]


def stop(token, slug, job):
    number = job["build_num"]
    requests.post(f"https://circleci.com/api/v1.1/project/{slug}/{number}/cancel?circle-token={token}")


def one(token, slug, job):
    answer = requests.get(f"https://circleci.com/api/v1.1/project/gh/{slug}/{job['build_num']}?circle-token={token}")
    return answer.json()["start_time"]
