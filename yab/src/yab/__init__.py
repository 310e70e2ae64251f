"""The tool that runs one set of Helm charts everywhere."""
