import { useTranslation } from "react-i18next";

/** A player of one sound. */
export function Sound({ src, name, width = 264 }: { src: string; name: string; width?: number | string }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useMediaCaption: an announcement; its words stand beside it where they are known
    <audio
      controls
      preload="none"
      aria-label={t("prompts.listen_to", { name })}
      src={src}
      onClick={(event) => event.stopPropagation()}
      style={{ height: 32, width, display: "block" }}
    />
  );
}
