"""How often Python looks for objects that only refer to each other, of which this program makes few."""

import gc

# Objects made until it looks: at its usual 700 it cost each call a tenth, and an import of customers a quarter.
CYCLES_AFTER = 20_000


def look_rarely() -> None:
    """To be called when a process is ready: what is there now stays, and need not be looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(CYCLES_AFTER)
