import { Flex, Spin } from "antd";

export function Waiting() {
  return (
    <Flex align="center" justify="center" style={{ minHeight: 240, height: "60%" }}>
      <Spin delay={200} />
    </Flex>
  );
}
