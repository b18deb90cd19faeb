"""A namespace of its own for each test module, and a plain Asterisk in it."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = next(
    (
        path
        for path in (
            Path(os.environ.get("CALLROOM_ENGINE_ROOT", "/var/lib/callroom/engine")),
            Path("/var/lib/callroom/engine"),
        )
        if (path / "usr/sbin/asterisk").exists()
    ),
    None,
)

MODULES = """res_timing_timerfd res_sorcery_config res_sorcery_memory res_sorcery_astdb res_pjproject res_pjsip
res_pjsip_session res_pjsip_sdp_rtp res_pjsip_caller_id res_pjsip_registrar res_pjsip_authenticator_digest
res_pjsip_endpoint_identifier_user res_pjsip_dtmf_info res_pjsip_pubsub res_pjsip_refer res_pjsip_rfc3326
res_pjsip_nat res_rtp_asterisk chan_pjsip bridge_simple bridge_softmix bridge_builtin_features bridge_native_rtp
codec_ulaw codec_alaw pbx_config app_dial app_echo app_read app_playtones app_stack func_callerid func_channel"""

PJSIP = """[udp]
type=transport
protocol=udp
bind=127.0.0.1:5060
"""
PERSON = """[{0}]
type=endpoint
context=phones
disallow=all
allow=ulaw,alaw
auth={0}
aors={0}
direct_media={1}
dtmf_mode=auto_info
[{0}]
type=auth
username={0}
password=secret-{0}
[{0}]
type=aor
max_contacts=1
"""
EXTENSIONS = """[phones]
exten => 600,1,Answer()
 same => n,Echo()
exten => 601,1,Answer()
 same => n,Read(KEYS,,3,,1,5)
 same => n,Set(CALLERID(num)=${KEYS})
 same => n,Dial(PJSIP/bob,10)
exten => 602,1,Busy(5)
exten => _[a-z].,1,Dial(PJSIP/${EXTEN},20)
"""


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def namespace() -> Iterator[str]:
    """A network namespace where only 127.0.0.1 exists."""
    if os.geteuid():
        pytest.skip("network namespaces need root")
    name = f"phones-{os.getpid()}"
    run("ip", "netns", "add", name)
    try:
        run("ip", "-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        run("ip", "netns", "delete", name)


@pytest.fixture(scope="module")
def exchange(namespace: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The address of an Asterisk with the phones alice, bob (direct media) and carol."""
    if ROOT is None:
        pytest.skip("no Asterisk root on this machine")
    data = tmp_path_factory.mktemp("exchange")
    for folder in ("etc", "run", "lib", "spool", "log", "db"):
        (data / folder).mkdir()
    (data / "etc/asterisk.conf").write_text(
        "[directories]\nastetcdir => /tmp/site/etc\nastrundir => /tmp/site/run\nastdbdir => /tmp/site/db\n"
        "astspooldir => /tmp/site/spool\nastlogdir => /tmp/site/log\nastvarlibdir => /var/lib/asterisk\n"
        "astdatadir => /usr/share/asterisk\n"
    )
    (data / "etc/modules.conf").write_text(
        "[modules]\nautoload=no\n" + "".join(f"load = {name}.so\n" for name in MODULES.split())
    )
    people = [("alice", "yes"), ("bob", "yes"), ("carol", "no")]
    (data / "etc/pjsip.conf").write_text(PJSIP + "".join(PERSON.format(*p) for p in people))
    (data / "etc/extensions.conf").write_text(EXTENSIONS)
    (data / "etc/logger.conf").write_text("[logfiles]\nfull => notice,warning,error\n")
    (data / "etc/rtp.conf").write_text("[general]\nstrictrtp=yes\n")
    box = ["bwrap", "--die-with-parent", "--ro-bind", str(ROOT), "/", "--dev-bind", "/dev", "/dev", "--proc", "/proc"]
    box += ["--tmpfs", "/tmp", "--bind", str(data), "/tmp/site"]
    for file in ("/etc/hosts", "/etc/resolv.conf"):
        box += ["--ro-bind", file, file]
    asterisk = [*box, "/usr/sbin/asterisk", "-C", "/tmp/site/etc/asterisk.conf"]
    with (data / "console").open("wb") as console:
        process = subprocess.Popen(
            ["ip", "netns", "exec", namespace, *asterisk, "-f"], stdout=console, stderr=subprocess.STDOUT
        )
    try:
        ends = time.monotonic() + 120
        while subprocess.run([*asterisk, "-rx", "core waitfullybooted"], capture_output=True).returncode:
            assert process.poll() is None and time.monotonic() < ends, (data / "console").read_text()[-3000:]
            time.sleep(0.1)
        yield "127.0.0.1", 5060
    finally:
        subprocess.run([*asterisk, "-rx", "core stop now"], capture_output=True, timeout=60)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
