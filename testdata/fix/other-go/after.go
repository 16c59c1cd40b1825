package ci

func Builds(org, repo string) (*http.Response, error) {
	return http.Get(fmt.Sprintf("https://circleci.com/api/v1.1/project/github/%s/%s", org, repo))
}

func Trigger() (*http.Request, error) {
	url := "https://circleci.com/api/v1.1/project/github/acme/site/tree/main"
	return http.NewRequest(http.MethodPost, url, nil)
}
