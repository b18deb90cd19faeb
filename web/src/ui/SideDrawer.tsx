import { Drawer, type DrawerProps } from "antd";
import { useEffect } from "react";
import { useMyCalls } from "../phone/useCalls";
import { countDrawers } from "./drawers";

const BAR = 56; // pixels, as .frame-bar

/** A drawer at the side. During a call it covers neither the bar with the phone nor, by a mask, the page beside it. */
export function SideDrawer(props: DrawerProps) {
  const calls = useMyCalls();
  const isOpen = props.open === true;
  useEffect(() => {
    if (!isOpen) return;
    countDrawers(1);
    return () => countDrawers(-1);
  }, [isOpen]);
  return <Drawer {...props} {...(calls.length > 0 ? { mask: false, rootStyle: { top: BAR } } : {})} />;
}
