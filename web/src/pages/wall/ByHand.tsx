import { Alert } from "antd";
import { Link } from "react-router";
import { useSwitched, useSwitchedText } from "../../phone/useSwitched";

/** Opening hours that somebody switched by hand, each with the way to switch it back. */
export function ByHand() {
  const told = useSwitchedText();
  return useSwitched().map((one) => (
    <Alert
      key={one.id}
      type="warning"
      showIcon
      style={{ marginBlockEnd: 12 }}
      title={<Link to={`/settings/schedules?open=${one.id}`}>{told(one)}</Link>}
    />
  ));
}
