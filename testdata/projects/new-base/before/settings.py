CIRCLE_API = "https://circleci.com/api/v1.1"
PROJECT = CIRCLE_API + "/project/gh/acme/web"
