curl -fsS -u "$TOKEN:" "https://circleci.com/api/v1.1/project/$ORG/$REPO/$BUILD_NUM" | jq -r .stop_time
curl -fsS -u "$TOKEN:" "https://circleci.com/api/v1.1/project/$VCS/$ORG/$REPO" | jq -r '.[0].why'
curl -fsS -u "$TOKEN:" -X POST "https://circleci.com/api/v1.1/project/gh/$SLUG/$CIRCLE_PREVIOUS_BUILD_NUM/cancel"
