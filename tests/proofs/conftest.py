"""Proofs at full length take minutes: they run only where a choice of markers asks for them."""


def pytest_collection_modifyitems(config, items):
    if "long" in config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]
