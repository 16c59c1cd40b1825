API = https://circleci.com/api/v1.1
PROJECT ?= $(API)/project/github/acme/site
DEPLOY := https://circleci.com/api/v1.1/project/github/acme/deploy/tree/main?circle-token=$(TOKEN)
export SEEN = https://circleci.com/api/v1.1
LATEST := $(shell curl -s -u $(T): https://circleci.com/api/v1.1/project/github/acme/site/7/artifacts | jq -r '.[0].url')

deploy:
	curl -X POST $(DEPLOY)
cancel:
	curl -X POST -u $(T): $(PROJECT)/$(N)/cancel
	curl -s -u $(T): $(PROJECT)/envvar | jq -r '.[].name'
me:
	curl -s -u $(T): $(SEEN)/me | jq -r .login
