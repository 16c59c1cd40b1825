CIRCLE_API = "https://circleci.com/api/v1.1"
CIRCLE_API_V2 = "https://circleci.com/api/v2"
PROJECT = CIRCLE_API + "/project/gh/acme/web"
PROJECT_V2 = CIRCLE_API_V2 + "/project/gh/acme/web"
