import { Card, Select, Switch } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { chooseSound, type SoundChoices, soundChoices } from "../../phone/choices";
import { microphone } from "../../phone/microphone";
import { remoteSound, toChosenSpeaker } from "../../phone/sound";
import { usePhone } from "../../phone/store";

/** The devices plugged in; the browser names them once the microphone was allowed. */
function useDevices(): MediaDeviceInfo[] {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  const state = usePhone((phone) => phone.microphone);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names come with the open microphone
  useEffect(() => {
    const media = navigator.mediaDevices;
    if (!media) return;
    const look = () => void media.enumerateDevices().then(setDevices);
    look();
    media.addEventListener("devicechange", look);
    return () => media.removeEventListener("devicechange", look);
  }, [state]);
  return devices;
}

/** Which microphone, which speaker, and which one rings; kept in this browser. */
export function Devices() {
  const { t } = useTranslation("desk");
  const devices = useDevices();
  const [choices, setChoices] = useState(soundChoices);
  const change = (wanted: Partial<SoundChoices>) => {
    setChoices(chooseSound(wanted));
    if ("microphone" in wanted || "processing" in wanted) {
      microphone.reopen().catch(() => {}); // the state of the microphone says what is wrong
    }
    if ("speaker" in wanted) void toChosenSpeaker(remoteSound());
  };
  const pick = (name: "microphone" | "speaker" | "ringer", kind: MediaDeviceKind) => (
    <div className="check-device">
      <span id={`device-${name}`}>{t(`check.device.${name}`)}</span>
      <Select
        aria-labelledby={`device-${name}`}
        value={choices[name]}
        onChange={(id: string) => change({ [name]: id })}
        options={[
          { value: "", label: t("check.device.usual") },
          ...devices
            .filter((device) => device.kind === kind && device.label && !["default", ""].includes(device.deviceId))
            .map((device) => ({ value: device.deviceId, label: device.label })),
        ]}
      />
    </div>
  );
  return (
    <Card size="small" title={t("check.devices")}>
      {pick("microphone", "audioinput")}
      {pick("speaker", "audiooutput")}
      {pick("ringer", "audiooutput")}
      <div className="check-device">
        <span id="device-processing">{t("check.device.processing")}</span>
        <Switch
          aria-labelledby="device-processing"
          checked={choices.processing}
          onChange={(processing) => change({ processing })}
        />
      </div>
    </Card>
  );
}
