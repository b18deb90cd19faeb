"""Makes devices, trunks and music known to the engine."""

from callroom.core.directory import Device, Directory, Trunk
from callroom.telephony.port import DeviceSetup, Telephony, TrunkSetup


def push(telephony: Telephony, directory: Directory, before: Directory | None) -> None:
    """Push what differs from ``before``; with None everything."""
    old = before or Directory()
    if before is None or _music(directory) != _music(before):
        telephony.set_music(_music(directory))
    for device in directory.devices.values():
        made = _device(directory, device)
        known = old.devices.get(device.id)
        if known is None or made != _device(old, known):
            telephony.put_device(made)
    for trunk in directory.trunks.values():
        if trunk != old.trunks.get(trunk.id):
            telephony.put_trunk(_trunk(trunk))
    for device in old.devices.keys() - directory.devices.keys():
        telephony.remove_device(device)
    for trunk in old.trunks.keys() - directory.trunks.keys():
        telephony.remove_trunk(trunk)


def _music(directory: Directory) -> dict[str, str]:
    """The files of all prompts that are some queue's music, by the prompts' ids."""
    music = {queue.music: directory.prompt(queue.music, queue.language) for queue in directory.queues.values()}
    return {prompt: file for prompt, file in music.items() if file is not None}


def _device(directory: Directory, device: Device) -> DeviceSetup:
    extension = directory.extensions[device.extension]
    name = directory.agents[extension.agent].name if extension.agent else extension.name
    return DeviceSetup(device.id, device.kind, device.secret, name, extension.number)


def _trunk(trunk: Trunk) -> TrunkSetup:
    return TrunkSetup(
        trunk.id,
        trunk.kind,
        trunk.host,
        port=trunk.port,
        username=trunk.username,
        secret=trunk.secret,
        from_domain=trunk.from_domain,
        outbound_proxy=trunk.outbound_proxy,
        match=trunk.match,
        codecs=trunk.codecs,
        t38=trunk.t38,
    )
