import { useTranslation } from "react-i18next";
import type { Sound } from "../../../lib/flow";
import { Beside, NumberBox } from "./parts";
import { SoundField } from "./SoundField";

interface Asking {
  timeout: number;
  attempts: number;
  on_invalid?: Sound | null;
  on_silence?: Sound | null;
}

interface Props {
  node: Asking;
  change: (part: Partial<Asking>, mark?: string) => void;
}

/** How long a step waits for keys, how often it asks, and what it says to wrong keys and to silence. */
export function Answers({ node, change }: Props) {
  const { t } = useTranslation("flow");
  return (
    <>
      <Beside>
        <NumberBox
          label={t("field.timeout")}
          seconds
          min={1}
          max={60}
          value={node.timeout}
          onChange={(timeout) => change({ timeout })}
        />
        <NumberBox
          label={t("field.attempts")}
          min={1}
          max={10}
          value={node.attempts}
          onChange={(attempts) => change({ attempts })}
        />
      </Beside>
      <SoundField
        label={t("field.on_invalid")}
        none={t("field.systems_own")}
        value={node.on_invalid}
        onChange={(on_invalid, mark) => change({ on_invalid }, mark)}
      />
      <SoundField
        label={t("field.on_silence")}
        none={t("field.systems_own")}
        value={node.on_silence}
        onChange={(on_silence, mark) => change({ on_silence }, mark)}
      />
    </>
  );
}
