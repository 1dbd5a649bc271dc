#!/usr/bin/env bash
# Grades a submission with the checkout that this script lies in. Every workflow of ours runs it, so what it does is tested once.
#   SUBMISSION   folder of what was handed in                    MANIFEST   path of a manifest in it; empty for a fork
#   HISTORY      repository whose HEAD_SHA it is, for a fork     SHARD, FEEDBACK, LEVEL, FORMATS, FAIL_ON   as for `kata ci`
#   HEAD_SHA     commit that was handed in                       RESULTS    folder for the files
set -euo pipefail
trusted=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
options=()
if [ -n "${MANIFEST:-}" ]; then
  options+=(--manifest "$SUBMISSION/$MANIFEST")
else
  # Objects are fetched, nothing is checked out: no hook, filter or setting of the submission runs.
  if ! git -C "$trusted" fetch --quiet --no-tags --no-recurse-submodules "$HISTORY" "$HEAD_SHA"; then
    echo "::error title=history cannot be fetched::Commit $HEAD_SHA cannot be fetched, so nobody can tell where this fork began." \
      "If the repository is private, check it out with its whole history (fetch-depth: 0) before this step."
    exit 2
  fi
  if base=$(git -C "$trusted" merge-base HEAD "$HEAD_SHA"); then
    options+=(--base "$base")
  else
    echo "This repository shares no commit with upstream; it is compared with upstream as it is now."
  fi
fi
cd "$trusted"
KATA_ROOT="$trusted" kata ci --submission "$SUBMISSION" --shard "${SHARD:-1/1}" --feedback "${FEEDBACK:-full}" \
  --level "${LEVEL:-full}" --fail-on "${FAIL_ON:-not-passed}" --jobs "${JOBS:-1}" --format "$FORMATS" --output "$RESULTS" "${options[@]}"
