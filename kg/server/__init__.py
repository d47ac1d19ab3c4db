"""The graph over HTTP: a SPARQL endpoint, the graph store protocol and the explorer, at one address (docs/serving.md).

    app         the routes and what stands about them: limits, headers, log
    protocol    a request of the SPARQL protocol -> a query
    negotiation which media type an answer has
    pool        warm worker processes: who waits, who runs, who is stopped
    worker      one such process: a snapshot open for reading, and no way to anything else
    snapshots   the store as it was at a moment, and new ones when it was built anew
    graphstore  graphs as documents: GET, HEAD, and with a token PUT, POST, DELETE
    description what the endpoint can do, and what it holds (Service Description, VoID)
"""
