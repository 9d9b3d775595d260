"""HTTP in, HTTP out: the guard, the error table, pages and JSON API. Translates only; decides nothing."""
