#!/bin/sh
# Makes the AOT cache of the packaged hub: starts it once, lets its own client give it all kinds of work, and ends it. JDK_JAVA_OPTIONS must be those of later
# starts.
#
#   train.sh JAVA APP    makes APP/app.aot
set -eu
java=$1 app=$2 log=$(mktemp)
TIDINGS_API_KEYS=$(cat /proc/sys/kernel/random/uuid)
TIDINGS_AUTH_HMAC_SECRET=$(cat /proc/sys/kernel/random/uuid)
export TIDINGS_API_KEYS TIDINGS_AUTH_HMAC_SECRET

"$java" -XX:AOTCacheOutput="$app/app.aot" -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port=0 -Dquarkus.management.host=127.0.0.1 \
  -Dquarkus.management.port=0 -Dtidings.ping=2s -Dtidings.limits.outbox-age=4s -Dtidings.namespaces.default.history-size=1000 \
  -Dtidings.namespaces.default.history-ttl=10m -Dtidings.namespaces.default.recovery=stream -Dtidings.namespaces.default.presence=true \
  -Dtidings.namespaces.default.subscribe=anyone -jar "$app/quarkus-run.jar" >"$log" 2>&1 &
hub=$!
waited=0
until grep -q 'Installed features' "$log"; do
  kill -0 "$hub" 2>/dev/null && [ "$waited" -lt 600 ] || { cat "$log" >&2 && exit 1; }
  sleep 0.2
  waited=$((waited + 1))
done
hub_at=$(sed -n 's|.*Listening on: \(http://[0-9.:]*\)\. .*|\1|p' "$log")
management_at=$(sed -n 's|.*Management interface listening on \(http://[0-9.:]*\)\.$|\1|p' "$log")
"$java" -jar "$app/quarkus-run.jar" exercise --timeout=20 "$hub_at" "$management_at" || { cat "$log" >&2 && exit 1; }
kill -TERM "$hub"
wait "$hub" || true # the cache is written when it ends
[ -s "$app/app.aot" ] || { cat "$log" >&2 && exit 1; }
