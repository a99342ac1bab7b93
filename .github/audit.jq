# The report of pip-audit as a Markdown list: packages with known weaknesses, and those that could not be looked up.
.dependencies[]
| if .skip_reason then "- `\(.name)`: \(.skip_reason)"
  elif (.vulns | length) > 0 then
    "- `\(.name)` \(.version): " + ([.vulns[]
      | .id + (if (.fix_versions | length) > 0 then " (mended in \(.fix_versions | join(", ")))" else " (not mended yet)" end)]
      | join("; "))
  else empty end
