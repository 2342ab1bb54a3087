"""The same work on a Ray cluster: the functions of the local road, run by other processes.

Nothing is computed here. Modules of this package say which process calls what, and what is done
when one of them dies.

    extra                   the library of the extra `ray`
    session, surroundings   a Ray to work on: started and stopped, or joined and left
    crew                    processes that share out work, and others in the place of the dead
    work                    what a worker of a build does; a model by name, verified where it runs
    reading                 documents to statements; what ends its reader is pinned down
    jobs, writing, building what of a corpus goes in, decided and committed by one process
    comparing               claims set against an index, shard by shard
"""
