"""The local target: rendered Kubernetes objects run as plain processes on this machine.

It exists so that the charts are the only description of the product: what runs here is read from the
same objects a cluster gets, and whatever this machine cannot honour is said, never guessed.

`plan` and the modules it calls are pure (objects in, data out); `supervisor` and below are the one
place that executes.
"""
