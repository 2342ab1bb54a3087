"""The review desk: a curator judges pairs of a claim and a statement, one at a time.

`queue` puts the pairs in order, `sitting` knows where the reviewer is, `expecting` what a
decision does to what a claim is held to: all pure. `rewriting` puts that into the text of a claim
file, `files` onto the disk, at once and whole. `desk` joins these, `views` tells what is
shown; `screen` (a terminal) and `web` (a browser) only show it and hand on keys. `agreement`
compares two reviewers.

What is decided here is how a statement stands to a claim. What `extract --interactive`
asks, whether a draft becomes an entry at all, is another matter and lies elsewhere.
"""
