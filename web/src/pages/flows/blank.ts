import type { FlowDefinition, FlowNode, NodeKind } from "../../lib/flow";

/** A new step of a kind, with what most people would choose; everything that only a person can know is open. */
export function blank(kind: NodeKind, label = ""): FlowNode {
  switch (kind) {
    case "announce":
      return { kind, label, sound: {}, next: "" };
    case "menu":
      return { kind, label, sound: {}, keys: { "1": "", "2": "" }, timeout: 5, attempts: 3, fallback: "" };
    case "digits":
      return {
        kind,
        label,
        sound: {},
        variable: "",
        shortest: 1,
        longest: 20,
        end_key: "#",
        timeout: 8,
        attempts: 3,
        next: "",
        fallback: "",
      };
    case "hours":
      return { kind, label, schedule: "", open: "", closed: "" };
    case "language":
      return { kind, label, language: "en", next: "" };
    case "condition":
      return { kind, label, cases: [{ left: "", op: "equals", right: "", to: "" }], fallback: "" };
    case "set":
      return { kind, label, variable: "", value: "", next: "" };
    case "lookup":
      return { kind, label, source: { kind: "crm" }, outputs: [], timeout: 5, next: "", fallback: "" };
    case "say":
      return { kind, label, value: "", style: "number", next: "" };
    case "send":
      return { kind, label, channel: "email", to: "", subject: "", text: "", next: "" };
    case "sms":
      return { kind, label, to: "{{caller}}", template: "", text: "", next: "" };
    case "webhook":
      return { kind, label, url: "", next: "" };
    case "record":
      return { kind, label, variable: "", longest: 60, silence: 5, next: "" };
    case "run_flow":
      return { kind, label, flow: "", next: "" };
    case "return":
      return { kind, label };
    case "go_to":
      return { kind, label, destination: null };
    case "hang_up":
      return { kind, label, sound: null };
  }
}

const isSameShape = (one: unknown, other: unknown) =>
  typeof one === typeof other && Array.isArray(one) === Array.isArray(other) && (one === null) <= (other === null);

/** A step with all its fields: what a document leaves out, or has of another shape, is as in a new step. */
export function filled(node: FlowNode): FlowNode {
  const whole: Record<string, unknown> = { ...blank(node.kind) };
  const given = node as unknown as Record<string, unknown>;
  for (const [field, value] of Object.entries(given))
    if (value !== undefined && (!(field in whole) || whole[field] === null || isSameShape(value, whole[field])))
      whole[field] = value;
  return whole as unknown as FlowNode;
}

export function filledFlow(flow: FlowDefinition): FlowDefinition {
  const nodes = Object.fromEntries(Object.entries(flow.nodes).map(([name, node]) => [name, filled(node)]));
  return { entry: flow.entry, nodes };
}
