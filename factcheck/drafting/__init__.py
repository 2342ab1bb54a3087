"""From a document to a draft claim file, and into that file again as the document changes.

Imports go one way, from the last of these lines to the first:

    allowed · scalars · topics · hints
                            what a claim file may hold; texts as YAML; key phrases; its first line
    quoting · entries       quotes that are found again; where entries stand in a file
    drafts · sources        sentences to drafts of entries; what is said of their source
    claim_file              drafts to the text of a claim file
    following · decisions   quotes that follow a document; what a curator decides
    merging · folders       drafts into a file that is there; which file is whose in a folder
"""
