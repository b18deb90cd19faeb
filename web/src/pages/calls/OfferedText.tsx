import { useTranslation } from "react-i18next";
import { clockText } from "../../phone/time";
import type { Offered } from "./types";

/** Who was rung together, how it ended for each, and why it was they. */
export function OfferedText({ offered }: { offered: Offered }) {
  const { t, i18n } = useTranslation("desk");
  const zh = i18n.language.startsWith("zh");
  const names = offered.rung.map(({ agent_name, agent, ended, seconds }) =>
    t("offer.one", { name: agent_name || agent, ended: t(`offer.ended.${ended}`, { time: clockText(seconds) }) }),
  );
  const more = offered.agents - offered.rung.length;
  return (
    <span>
      {t("offer.rung", { names: names.join(zh ? "、" : ", ") })}
      {more > 0 && t("offer.more", { count: more })}
      <span className="journey-why">
        {t("offer.why")} {zh ? offered.text_zh : offered.text_en}
      </span>
    </span>
  );
}
