"""Many machines: rows go to the workers of a Dask scheduler, whose machines grade them behind the same walls."""
