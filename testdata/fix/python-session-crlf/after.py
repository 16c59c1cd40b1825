import requests

session = requests.Session()
session.headers["Circle-Token"] = "read from a vault"


def set_variable(name, value):
	answer = session.post(
		"https://circleci.com/api/v2/project/gh/acme/web/envvar",
		json={"name": name, "value": value},	# a tab before this comment
	)
	if answer.status_code == 201:
		print("set")
