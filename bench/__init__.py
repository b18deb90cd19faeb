"""Benchmarks of the speed targets: ``python -m bench P-1``, or ``all``. Each prints one JSON line a figure."""
