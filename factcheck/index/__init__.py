"""A corpus of statements on disk: one Lance table, in a folder or under an object store's URL.

A row is an occurrence of a statement: a statement of one source. The text and its vector stand
with the first occurrence of the text only; the others point to them by the text's sha256.

    reading, tables      files to statements; nothing here knows of Lance
    entries, columns     statements to rows, and back
    header               what an index was made with; another is refused
    table                open, create, commit: each commit is whole or not there
    held, writing        what is in already; batches encoded and committed as they come
    removing             rows out, a pointing one put in the place of the first
    tending              the indices for words and vectors; fragments and versions made few
    where, catalogue, vectors, corpus    a filter, the rows it leaves, their vectors, candidates
    describing, verifying                what an index holds, and whether it is sound

Reading, encoding and writing rows are functions of their own, so that other processes can do
them; what they wrote is put in by one commit.
"""
