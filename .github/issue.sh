#!/usr/bin/env bash
# issue.sh LABEL TITLE REPORT: one open issue with this label says what REPORT says; an empty report closes it.
set -euo pipefail
label=$1 title=$2 report=$3
number=$(gh issue list --label "$label" --state open --limit 1 --json number --jq '.[].number')
if [ -s "$report" ]; then
  if [ -n "$number" ]; then
    gh issue edit "$number" --body-file "$report"
  else
    gh label create "$label" --force --description "Opened and closed by the weekly check"
    gh issue create --label "$label" --title "$title" --body-file "$report"
  fi
elif [ -n "$number" ]; then
  gh issue close "$number" --comment "The last check found nothing."
fi
