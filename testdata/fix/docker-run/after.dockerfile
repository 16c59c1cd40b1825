FROM alpine:3
ARG TOKEN
RUN apk add --no-cache curl jq && \
    # the newest package
    curl -sf -H "Circle-Token: $TOKEN" "https://circleci.com/api/v2/project/github/acme/site/7/artifacts" | jq -r '.items[0].url' > /url
RUN curl -X POST \
      -H "Content-Type: application/json" \
      -d '{"branch": "main"}' \
      -u "$TOKEN:" \
      https://circleci.com/api/v2/project/github/acme/site/pipeline
RUN ["sh", "-c", "curl -H \"Circle-Token: $TOKEN\" -X POST https://circleci.com/api/v2/project/github/acme/site/job/7/cancel"]
RUN ["curl", "-X", "POST", "https://circleci.com/api/v1.1/project/github/acme/site/7/cancel?circle-token=0"]
RUN <<EOF
set -e
curl -fX POST -u "$TOKEN:" "https://circleci.com/api/v2/project/github/acme/site/pipeline"
EOF
