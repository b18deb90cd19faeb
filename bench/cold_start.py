"""P-14: from ``callroom run`` to the first call accepted."""

import statistics
import time

from bench.figure import Figure
from bench.machine import load
from bench.network import own_network
from bench.site import HTTP, BenchSite, bench_home
from callroom.config import SiteSettings
from callroom.demo import caller, company
from callroom.demo.api import owner_token, site_api

RUNS = 3
SIP = ("127.0.0.1", 5060)


async def _answered(site: BenchSite, begun: float, *, within: float = 60.0) -> float:
    """Seconds from ``begun`` until a call over the demo line is answered; refused calls are tried again at once."""
    script = caller.Script(company.DID, company.CALLER, seconds=0.2)
    moment = 0.0

    def told(step: str) -> None:
        nonlocal moment
        if step == "answered":
            moment = time.monotonic()

    while not moment:
        if time.monotonic() - begun > within:
            raise TimeoutError(site.log.read_text())
        await caller.place(SIP, script, told)
    return moment - begun


async def cold_start() -> list[Figure]:
    """An empty home: start, make the demo company, call. Then the same home started again: call at once."""
    empty: list[dict[str, float]] = []
    again: list[dict[str, float]] = []
    beside = load()
    for _ in range(RUNS):
        with own_network(), bench_home() as home:
            site = BenchSite(home, sip=f"{SIP[0]}:{SIP[1]}")
            try:
                empty.append(await _first(site))
                await site.stop()
                begun = time.monotonic()
                await site.start()
                await site.takes_calls()
                ready = time.monotonic() - begun
                again.append({"ready": ready, "answered": await _answered(site, begun)})
            finally:
                await site.client.aclose()
                await site.stop()
    detail = {
        "what": "callroom run on an empty home, demo company made over the API, INVITE from the demo line answered",
        "runs": [_rounded(run) for run in empty],
        "started_again": [_rounded(run) for run in again],
        "started_again_median": round(statistics.median(run["answered"] for run in again), 2),
        "load_before": beside,
        "load_after": load(),
    }
    value = round(statistics.median(run["answered"] for run in empty), 2)
    return [Figure("P-14", value, "s", "<= 10", detail)]


async def _first(site: BenchSite) -> dict[str, float]:
    begun = time.monotonic()
    await site.start()
    await site.takes_calls()
    ready = time.monotonic() - begun
    token = await owner_token(SiteSettings(home=site.home))
    async with site_api(f"http://{HTTP}", token) as api:
        await company.load(api)
    made = time.monotonic() - begun
    return {"ready": ready, "company_made": made, "answered": await _answered(site, begun)}


def _rounded(run: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in run.items()}
