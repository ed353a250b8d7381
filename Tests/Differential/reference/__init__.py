"""The five APIs on the original libraries, in one process without sockets: what accountd is compared with."""
