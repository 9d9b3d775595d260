"""The demo: two tenants of plainly synthetic people, played through the real acts up to now. Never real data."""
