import { type ThemeConfig, theme } from "antd";
import { useSyncExternalStore } from "react";
import { usePreferences } from "../lib/preferences";

const FONT =
  'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans", sans-serif';
const DARK = "(prefers-color-scheme: dark)";

function onSystemTheme(tell: () => void): () => void {
  const query = window.matchMedia(DARK);
  query.addEventListener("change", tell);
  return () => query.removeEventListener("change", tell);
}

export function useIsDark(): boolean {
  const chosen = usePreferences((look) => look.theme);
  const system = useSyncExternalStore(onSystemTheme, () => window.matchMedia(DARK).matches);
  return chosen === "system" ? system : chosen === "dark";
}

/** One accent, calm surroundings, sizes on a grid of 8 px (4 inside a control). */
export function themeFor(dark: boolean): ThemeConfig {
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: dark ? "#2aa7bd" : "#0b7285",
      colorInfo: dark ? "#3fc6de" : "#0b7285", // readable on its own tint
      colorLink: dark ? "#4fc3d7" : "#0b7285",
      colorError: dark ? "#ff8080" : "#cf1322",
      // What the pointer is on is read as well as before: those antd derives are too light on white.
      ...(dark ? {} : { colorPrimaryHover: "#1a7f93", colorErrorHover: "#d9363e" }),
      // The soft tints of the accent; those antd derives from so dark a colour are grey.
      colorPrimaryBg: dark ? "#123138" : "#e1f1f4",
      colorPrimaryBgHover: dark ? "#173e47" : "#cfe8ed",
      colorInfoBg: dark ? "#123138" : "#e1f1f4",
      colorInfoBorder: dark ? "#1d4f5a" : "#b5dae2",
      controlItemBgActive: dark ? "#123138" : "#e1f1f4",
      controlItemBgActiveHover: dark ? "#173e47" : "#cfe8ed",
      // Quiet texts stay readable (4.5 : 1) on every ground.
      colorTextSecondary: dark ? "rgba(255, 255, 255, 0.72)" : "rgba(0, 0, 0, 0.68)",
      colorTextTertiary: dark ? "rgba(255, 255, 255, 0.62)" : "rgba(0, 0, 0, 0.62)",
      colorTextDescription: dark ? "rgba(255, 255, 255, 0.62)" : "rgba(0, 0, 0, 0.62)",
      colorTextPlaceholder: dark ? "rgba(255, 255, 255, 0.58)" : "rgba(0, 0, 0, 0.58)",
      colorBgLayout: dark ? "#101416" : "#f4f6f7",
      colorBgContainer: dark ? "#171c1f" : "#ffffff",
      colorBgElevated: dark ? "#1f2629" : "#ffffff",
      borderRadius: 6,
      fontFamily: FONT,
      fontSize: 14,
      sizeUnit: 4,
      sizeStep: 4,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.16s",
    },
    components: {
      Table: {
        cellPaddingBlockSM: 8,
        headerBg: "transparent",
        headerSplitColor: "transparent",
        headerSortActiveBg: "transparent",
        headerSortHoverBg: "transparent",
        bodySortBg: "transparent",
      },
      // On the light accent of the dark theme white would not be readable.
      Button: dark ? { primaryColor: "#04171b", dangerColor: "#1d0506" } : {},
      Tabs: dark ? { itemSelectedColor: "#4fc3d7" } : {}, // the accent is too dark on a drawer's ground
      Layout: { bodyBg: dark ? "#101416" : "#f4f6f7", headerPadding: "0 16px", headerHeight: 56 },
      Menu: {
        itemHeight: 32,
        itemMarginInline: 8,
        itemMarginBlock: 2,
        groupTitleFontSize: 12,
        itemBg: "transparent",
        ...(dark ? { itemSelectedColor: "#6fd3e4" } : {}),
      },
    },
  };
}
