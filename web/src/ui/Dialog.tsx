import { Modal, type ModalProps } from "antd";
import { useBelowBar } from "./drawers";

/** A dialog over the page. During a call it covers the bar with the phone no more than a drawer does. */
export function Dialog(props: ModalProps) {
  const below = useBelowBar(props.open === true);
  return (
    <Modal {...props} {...(below ? { styles: { mask: below, wrapper: below }, focusable: { trap: false } } : {})} />
  );
}
