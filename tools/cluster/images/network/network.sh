#!/bin/sh
# The test cluster's network: tells the CNI plugins this node's own range, and routes the others' to their nodes,
# which share one bridge. It knows no NetworkPolicy.
set -eu
routes=""
while :; do
    nodes=$(kubectl get nodes --output json | jq --raw-output '.items[] | select(.spec.podCIDR) |
        [.metadata.name, .spec.podCIDR, (.status.addresses[] | select(.type == "InternalIP").address)] | @tsv')
    wanted=$(printf '%s\n' "$nodes" | while read -r name range address; do
        if [ "$name" = "$NODE_NAME" ]; then
            [ -e /etc/cni/net.d/10-bridge.conflist ] || sed "s|RANGE|$range|" > /etc/cni/net.d/.new << END
{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {"type": "ptp", "ipMasq": true, "mtu": 1500,
   "ipam": {"type": "host-local", "dataDir": "/run/cni-ipam-state", "ranges": [[{"subnet": "RANGE"}]],
            "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
END
            [ ! -e /etc/cni/net.d/.new ] || mv /etc/cni/net.d/.new /etc/cni/net.d/10-bridge.conflist
        elif [ -n "$name" ]; then
            printf '%s via %s\n' "$range" "$address"
        fi
    done)
    if [ "$wanted" != "$routes" ]; then
        # shellcheck disable=SC2086 # `RANGE via ADDRESS` is three words
        printf '%s\n' "$wanted" | while read -r route; do [ -z "$route" ] || ip route replace $route; done
        routes=$wanted
    fi
    sleep 1
done
