FROM alpine:3
ARG TOKEN
RUN apk add --no-cache curl jq && \
    # the newest package
    curl -sf "https://circleci.com/api/v1.1/project/github/acme/site/7/artifacts?circle-token=$TOKEN" | jq -r '.[0].url' > /url
RUN curl -X POST \
      -u "$TOKEN:" \
      https://circleci.com/api/v1.1/project/github/acme/site/tree/main
RUN ["sh", "-c", "curl -X POST https://circleci.com/api/v1.1/project/github/acme/site/7/cancel?circle-token=$TOKEN"]
RUN ["curl", "-X", "POST", "https://circleci.com/api/v1.1/project/github/acme/site/7/cancel?circle-token=0"]
RUN <<EOF
set -e
curl -fX POST -u "$TOKEN:" "https://circleci.com/api/v1.1/project/github/acme/site/build"
EOF
