curl --user ${TOKEN}: \
    --request POST \
    --form revision=abc \
    --form config=@config.yml \
    --form notify=false \
        https://circleci.com/api/v1.1/project/github/acme/web/tree/main
