"""Programs that measure and print a table, or JSON with `--json`: `python -m benchmarks.NAME`. Never run as tests."""
