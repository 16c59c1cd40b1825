uri = URI("https://circleci.com/api/v1.1/project/github/#{org}/#{repo}/tree/#{branch}?circle-token=#{token}")
builds = Net::HTTP.get(uri)
RestClient.post "https://circleci.com/api/v1.1/project/github/acme/site/tree/main", {}.to_json
system("curl -X POST https://circleci.com/api/v1.1/project/github/acme/site/build?circle-token=#{token}")
