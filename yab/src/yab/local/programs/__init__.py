"""Programs that stand in for an image's entrypoint on this machine: each prepares, then becomes the server.

They are started by commands in `yab.toml`, never imported by the tool.
"""
