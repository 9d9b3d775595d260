"""The running program: accounts, records, pages, JSON API, command line. Judgement lives in the core packages."""
