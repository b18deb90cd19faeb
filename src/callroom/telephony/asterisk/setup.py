"""Devices and trunks as the engine's own objects, and who is registered where."""

import re
from collections.abc import Callable, Mapping

from callroom.core.ids import DeviceId, TrunkId
from callroom.telephony.asterisk.ami import Message
from callroom.telephony.port import DeviceSetup, DeviceState, TrunkChanged, TrunkSetup, TrunkState

Object = tuple[str, str, dict[str, str]]  # type, id, fields
TRUNK = "trunk."
MUSIC_FILE = "music.conf"  # beside the engine's other configuration, which includes it
QUALIFY_EVERY = 15  # seconds between questions whether a carrier is there
_COMMON = {
    "disallow": "all",
    "direct_media": "no",
    "dtmf_mode": "auto",  # who offers no telephone events is listened to for the tones of his keys
    "rtp_symmetric": "yes",
    "force_rport": "yes",
    "rewrite_contact": "yes",
    "allow_transfer": "no",
}


def _clean(text: str) -> str:
    return "".join(c for c in text if c >= " " and c not in '"<>;\\')


def music_classes(files: Mapping[str, str]) -> str:
    """The engine's configuration of these pieces of music. What it could not carry is left out."""
    told = {name: file for name, file in files.items() if re.fullmatch(r"[\w-]{1,40}", name) and _clean(file) == file}
    return "".join(f"[{name}]\nmode = playlist\nentry = {file}\n" for name, file in sorted(told.items()))


def formats(setup: DeviceSetup | TrunkSetup) -> str:
    """The codecs for calls with a device or trunk, best first."""
    if isinstance(setup, TrunkSetup):
        return ",".join(setup.codecs)
    return "opus,alaw,ulaw,g722" if setup.kind == "browser" else "alaw,ulaw,g722,opus"


def device_objects(device: DeviceSetup) -> list[Object]:
    name = device.device
    endpoint = {
        **_COMMON,
        "context": "from-device",
        "auth": name,
        "aors": name,
        "identify_by": "username",
        "callerid": f'"{_clean(device.caller_name)}" <{_clean(device.caller_number)}>',
        "allow": f"!all,{formats(device)}",
    }
    if device.kind == "browser":
        endpoint |= {"webrtc": "yes", "dtls_auto_generate_cert": "yes"}
    aor = {"max_contacts": str(device.max_contacts), "remove_existing": "yes"}
    if device.kind == "sip":
        endpoint["allow_transfer"] = "yes"
        aor |= {"qualify_frequency": "30", "qualify_timeout": "4"}
    return [
        ("auth", name, {"auth_type": "userpass", "username": name, "password": device.secret}),
        ("aor", name, aor),
        ("endpoint", name, endpoint),
    ]


def trunk_objects(trunk: TrunkSetup) -> list[Object]:
    name = TRUNK + trunk.trunk
    server = f"sip:{trunk.host}:{trunk.port}"
    endpoint = {
        **_COMMON,
        "context": "from-trunk",
        "aors": name,
        "identify_by": "ip",
        "allow": f"!all,{formats(trunk)}",
        "send_pai": "yes",
        # Else the carrier is told the agent's name and extension in the middle of a call.
        "send_connected_line": "no",
    }
    if trunk.t38:
        endpoint |= {"t38_udptl": "yes", "t38_udptl_ec": "redundancy", "t38_udptl_nat": "yes"}
    if trunk.from_domain:
        endpoint["from_domain"] = trunk.from_domain
    if trunk.outbound_proxy:
        endpoint["outbound_proxy"] = trunk.outbound_proxy
    objects: list[Object] = []
    if trunk.username:
        endpoint["outbound_auth"] = name
        auth = {"auth_type": "userpass", "username": trunk.username, "password": trunk.secret}
        objects.append(("auth", name, auth))
    objects.append(("aor", name, {"contact": server, "qualify_frequency": str(QUALIFY_EVERY), "qualify_timeout": "3"}))
    objects.append(("endpoint", name, endpoint))
    objects.append(("identify", name, {"endpoint": name, "match": ",".join(trunk.match or (trunk.host,))}))
    if trunk.kind == "register":
        registration = {
            "server_uri": f"sip:{trunk.from_domain or trunk.host}:{trunk.port}",
            "client_uri": f"sip:{trunk.username}@{trunk.from_domain or trunk.host}",
            "contact_user": trunk.username,
            "outbound_auth": name,
            "expiration": "300",
            "retry_interval": "10",
            "forbidden_retry_interval": "10",
            "fatal_retry_interval": "30",
            "max_random_initial_delay": "0",
            "max_retries": "10000",
            "auth_rejection_permanent": "no",
            "line": "no",
        }
        if trunk.outbound_proxy:
            registration["outbound_proxy"] = trunk.outbound_proxy
        objects.append(("registration", name, registration))
    return objects


def _address(told: str) -> str:
    """``IPV4/UDP/192.0.2.1/5060`` as host:port."""
    family, _, rest = told.partition("/")
    _, _, place = rest.partition("/")
    host, _, port = place.rpartition("/")
    return f"[{host}]:{port}" if family == "IPV6" else f"{host}:{port}"


class Registrations:
    """What AMI told of contacts and registrations; calls back on changes only."""

    def __init__(
        self,
        on_device: Callable[[DeviceId, DeviceState, str], None],
        on_trunk: Callable[[TrunkId, TrunkState, str], None],
        on_refused: Callable[[DeviceId, str], None],
    ) -> None:
        self._on_device = on_device
        self._on_refused = on_refused
        self._on_trunk = on_trunk
        self._contacts: dict[str, dict[str, str]] = {}
        self._registered: dict[str, str] = {}
        self.devices: dict[DeviceId, DeviceState] = {}
        self._at: dict[DeviceId, str] = {}
        self.trunks: dict[TrunkId, TrunkChanged] = {}
        self.setups: dict[TrunkId, TrunkSetup] = {}

    def forget(self) -> None:
        """The connection was lost: what was known of contacts is to be learnt again."""
        self._contacts.clear()
        self._registered.clear()

    def put(self, trunk: TrunkSetup) -> None:
        """A trunk was put, perhaps anew: what was known of it counts no more, but is shown until something is told."""
        self.setups[trunk.trunk] = trunk
        self._contacts.pop(TRUNK + trunk.trunk, None)
        self._registered.pop(TRUNK + trunk.trunk, None)

    def removed(self, trunk: TrunkId) -> None:
        for known in (self.setups, self.trunks):
            known.pop(trunk, None)
        self._contacts.pop(TRUNK + trunk, None)
        self._registered.pop(TRUNK + trunk, None)

    def untold(self) -> list[str]:
        """Endpoints of trunks of which nothing was told yet."""
        names = [TRUNK + trunk for trunk in self.setups]
        return [n for n in names if not {"Reachable", "Unreachable"} & set(self._contacts.get(n, {}).values())]

    def take(self, message: Message) -> bool:
        """Take one message; True when the list of registrations must be asked for."""
        match message.get("Event"):
            case "ContactStatus":
                self._contact(message.get("AOR", ""), message.get("URI", ""), message.get("ContactStatus", ""))
            case "ContactStatusDetail":
                self._contact(message.get("AOR", ""), message.get("URI", ""), message.get("Status", ""))
            case "ContactList":
                endpoint = message.get("Endpoint") or message.get("ObjectName", "").partition(";")[0]
                self._contact(endpoint, message.get("Uri", ""), message.get("Status", ""))
            case "ContactListComplete":
                # Whoever was there before the connection broke, and is not in the list, went away meanwhile.
                for device in [d for d, state in self.devices.items() if state is DeviceState.ONLINE]:
                    if not self._contacts.get(device):
                        self.devices[device], self._at[device] = DeviceState.OFFLINE, ""
                        self._on_device(device, DeviceState.OFFLINE, "")
            case "OutboundRegistrationDetail":
                name = message.get("ObjectName", "")
                self._registered[name] = message.get("Status", "")
                self._trunk(name)
            case "Registry":
                return True
            case "ChallengeResponseFailed" | "InvalidPassword" | "InvalidAccountID":
                name = message.get("AccountID", "")
                # A name nobody has is told of a second time, without the name.
                if message.get("Service") == "PJSIP" and name not in ("", "<unknown>"):
                    self._on_refused(DeviceId(name[:80]), _address(message.get("RemoteAddress", "")))
            case _:
                pass
        return False

    def _contact(self, name: str, uri: str, status: str) -> None:
        contacts = self._contacts.setdefault(name, {})
        if status == "Removed":
            contacts.pop(uri, None)
        else:
            contacts[uri] = status
        if name.startswith(TRUNK):
            self._trunk(name)
            return
        living = [u for u, s in contacts.items() if s not in ("Unreachable", "Removed")]
        state = DeviceState.ONLINE if living else DeviceState.OFFLINE
        device = DeviceId(name)
        at = living[-1].removeprefix("sip:") if living else ""
        if self.devices.get(device, DeviceState.OFFLINE) is not state or self._at.get(device, "") != at:
            self.devices[device], self._at[device] = state, at  # a page that was reloaded comes back elsewhere
            self._on_device(device, state, at)

    def _trunk(self, name: str) -> None:
        trunk = TrunkId(name.removeprefix(TRUNK))
        if (setup := self.setups.get(trunk)) is None:
            return  # removed, or left by a former server process and about to be put again
        answers = set(self._contacts.get(name, {}).values())
        reachable = "Reachable" in answers
        status = self._registered.get(name, "")
        if "Unreachable" in answers and not reachable:
            state = TrunkState.UNREACHABLE  # the engine does not call there, registered or not
        elif setup.kind == "address":
            state = TrunkState.REGISTERED if reachable else TrunkState.UNKNOWN
        elif status == "Registered":
            state = TrunkState.REGISTERED
        elif status.startswith("Rejected") and reachable:
            # The engine says the same for a time-out and for a refusal: whether it answers OPTIONS tells them apart.
            state = TrunkState.WRONG_PASSWORD
        else:
            state = TrunkState.REGISTERING
        old = self.trunks.get(trunk)
        if old is None or old.state is not state:
            self._on_trunk(trunk, state, "")  # the engine keeps the carrier's status to itself
