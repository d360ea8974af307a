"""Says it: sources, loaders, the store, build, check and export."""
