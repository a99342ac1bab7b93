// Before Sphinx's search on the search page: what it wants to know, and how words are marked.
"use strict";
const DOCUMENTATION_OPTIONS = {
  BUILDER: "html", FILE_SUFFIX: ".html", LINK_SUFFIX: ".html", LANGUAGE: "en", VERSION: "",
  // a page opened from a folder may not read the pages that were found
  SHOW_SEARCH_SUMMARY: location.protocol !== "file:",
  NAVIGATION_WITH_KEYS: false, ENABLE_SEARCH_SHORTCUTS: false,
};
const SPHINX_HIGHLIGHT_ENABLED = true;
const _highlightText = (node, word) => markWords(node, [word]);
