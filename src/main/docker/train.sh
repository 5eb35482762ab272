#!/bin/sh
# Makes the AOT cache of the packaged hub: starts it once, does with it what is done most, and ends it. JDK_JAVA_OPTIONS must be those of later starts.
#
#   train.sh JAVA APP    makes APP/app.aot
set -eu
java=$1 app=$2 log=$(mktemp)

"$java" -XX:AOTCacheOutput="$app/app.aot" -Dtidings.insecure=true -Dquarkus.http.port=0 -Dquarkus.management.host=127.0.0.1 \
  -Dquarkus.management.port=0 -jar "$app/quarkus-run.jar" >"$log" 2>&1 &
hub=$!
waited=0
until grep -q 'Installed features' "$log"; do
  kill -0 "$hub" 2>/dev/null && [ "$waited" -lt 600 ] || { cat "$log" >&2 && exit 1; }
  sleep 0.2
  waited=$((waited + 1))
done
# Not every base image has a program for requests, or one that works there; without them the cache lacks a few classes.
hub_at=$(sed -n 's|.*Listening on: \(http://[0-9.:]*\)\. .*|\1|p' "$log")
management_at=$(sed -n 's|.*Management interface listening on \(http://[0-9.:]*\)\.$|\1|p' "$log")
(
  for address in "$management_at/q/health/ready" "$management_at/q/health/live" "$management_at/q/metrics" "$hub_at/v1/history?channel=demo"; do
    wget -q -T 5 -O /dev/null "$address" || true
  done
  wget -q -T 5 -O /dev/null --header 'Content-Type: application/json' --post-data '{"channel":"demo","data":1}' "$hub_at/v1/publish" || true
  timeout 3 wget -q -O /dev/null "$hub_at/v1/sse?channel=demo" || true
) >/dev/null 2>&1
kill -TERM "$hub"
wait "$hub" || true # the cache is written when it ends
[ -s "$app/app.aot" ] || { cat "$log" >&2 && exit 1; }
