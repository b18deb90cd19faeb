import { Drawer, type DrawerProps } from "antd";
import { useBelowBar } from "./drawers";

/** A drawer at the side. During a call it covers neither the bar with the phone nor, by a mask, the page beside it. */
export function SideDrawer(props: DrawerProps) {
  const below = useBelowBar(props.open === true);
  return <Drawer {...props} {...(below ? { mask: false, rootStyle: below } : {})} />;
}
