"""The JSON API under /api/v1: one blueprint a noun. Bearer token only, so no cookie can be abused."""
