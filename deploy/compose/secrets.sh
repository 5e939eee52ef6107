#!/bin/sh
# Makes the passwords that compose.yaml reads, each random and in a file of its own; keeps those that are there.
set -eu
directory=${1:-$(dirname "$0")/secrets}
mkdir -p "$directory"
# The directory keeps others out. The files can be read by all, because each container reads them as a user of its own.
chmod 700 "$directory"
for name in POSTGRES_PASSWORD REGISTRY_READER_PASSWORD REGISTRY_OPERATOR_PASSWORD REGISTRY_ADMIN_PASSWORD \
    HTTPS_KEYSTORE_PASSWORD GRAFANA_ADMIN_PASSWORD; do
    file=$directory/$name
    [ -s "$file" ] || od -An -N18 -tx1 /dev/urandom | tr -d ' \n' > "$file"
    chmod 644 "$file"
done
echo "passwords are in $directory"
