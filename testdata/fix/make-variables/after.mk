API = https://circleci.com/api/v2
PROJECT ?= $(API)/project/github/acme/site
DEPLOY := https://circleci.com/api/v2/project/github/acme/deploy/pipeline
export SEEN = https://circleci.com/api/v1.1
LATEST := $(shell curl -s -u $(T): https://circleci.com/api/v2/project/github/acme/site/7/artifacts | jq -r '.items[0].url')

deploy:
	curl -H "Circle-Token: $(TOKEN)" -H "Content-Type: application/json" -d '{"branch": "main"}' -X POST $(DEPLOY)
cancel:
	curl -X POST -u $(T): $(PROJECT)/job/$(N)/cancel
	curl -s -u $(T): $(PROJECT)/envvar | jq -r '.items[].name'
me:
	curl -s -u $(T): $(SEEN)/me | jq -r .login
