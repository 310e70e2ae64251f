"""The product on a real Kubernetes: what is missing before a rollout, and why one cannot succeed.

`diagnosis` and `requirements` are pure: the API server's JSON in, facts out. What talks to a cluster
calls them.
"""
