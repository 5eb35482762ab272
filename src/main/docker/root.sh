#!/bin/sh
# Completes the root of an image that has nothing but a program: adds the libraries the program loads (as this machine has them, so they fit it), a user
# and a place for temporary files. No shell and no package manager: there is nothing else to keep up to date, and nothing to break in with.
#
#   root.sh ROOT FILE...    FILE: programs and libraries below ROOT
set -eu
root=$1
shift

mkdir -p "$root/etc" "$root/tmp"
chmod 1777 "$root/tmp"
echo 'tidings:x:10001:10001:Tidings:/:/sbin/nologin' >"$root/etc/passwd"
echo 'tidings:x:10001:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"

# The loader itself says what a file needs; ldd is not everywhere.
loader=
for candidate in /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.* /lib/*/ld-linux-*.so.*; do
  [ ! -x "$candidate" ] || { loader=$candidate && break; }
done
[ -n "$loader" ] || { echo "root.sh: no loader of the GNU C library here" >&2 && exit 1; }

mkdir -p "$root$(dirname "$loader")"
cp -L "$loader" "$root$loader"
own=$(for file; do dirname "$file"; done | sort -u | paste -sd : -) # where they find each other once the program runs
for file; do
  needed=$(LD_LIBRARY_PATH=$own "$loader" --list "$file") || { echo "root.sh: $file: $needed" >&2 && exit 1; }
  echo "$needed" | sed -n 's|^.*=> *\(/[^ ]*\) .*$|\1|p' | while read -r library; do
    case $library in "$root"/*) continue ;; esac # one of the program's own
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
done
