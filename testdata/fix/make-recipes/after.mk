REPO := acme/site

trigger:
	@curl -H "Circle-Token: $$CIRCLE_TOKEN" -X POST "https://circleci.com/api/v2/project/github/$(REPO)/pipeline"
	@branch=$$(git rev-parse --abbrev-ref HEAD); \
	curl -X POST -u "$(CIRCLE_TOKEN):" \
	  -H "Content-Type: application/json" \
	  -d "{\"branch\": \"$$branch\"}" \
	  "https://circleci.com/api/v2/project/github/acme/site/pipeline"
	-curl -H "Circle-Token: $${TOKEN}" -H "Content-Type: application/json" -d "{\"branch\": \"$(BRANCH)\"}" -X POST "https://circleci.com/api/v2/project/github/acme/site/pipeline"
	curl -s -u $(T): https://circleci.com/api/v2/project/github/acme/site/7/artifacts | jq -r '.items[] | select(.path | test("gz$$")) | .url'
	http https://circleci.com/api/v2/project/github/$(REPO)/$(shell cat number)/artifacts "Circle-Token:$(T)" | jq -r '.items[0].url'
