"""The only place that changes anything: reach, decide, save, record. One module a noun, one function an act."""
