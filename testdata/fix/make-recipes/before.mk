REPO := acme/site

trigger:
	@curl -X POST "https://circleci.com/api/v1.1/project/github/$(REPO)/build?circle-token=$$CIRCLE_TOKEN"
	@branch=$$(git rev-parse --abbrev-ref HEAD); \
	curl -X POST -u "$(CIRCLE_TOKEN):" \
	  "https://circleci.com/api/v1.1/project/github/acme/site/tree/$$branch"
	-curl -X POST "https://circleci.com/api/v1.1/project/github/acme/site/tree/$(BRANCH)?circle-token=$${TOKEN}"
	curl -s -u $(T): https://circleci.com/api/v1.1/project/github/acme/site/7/artifacts | jq -r '.[] | select(.path | test("gz$$")) | .url'
	http https://circleci.com/api/v1.1/project/github/$(REPO)/$(shell cat number)/artifacts circle-token==$(T) | jq -r '.[0].url'
