import { BaseEdge, type EdgeProps, getBezierPath, getSmoothStepPath } from "@xyflow/react";
import { memo } from "react";
import type { ExitLineType } from "./drawing";
import { useEditor } from "./editor";
import { heat, short } from "./traffic";

const ABOVE = 52; // from the middle of a step's head to the line that goes over it

/** Over the top of the step, back to where it begins: a menu that says itself again. */
function loop(sourceX: number, sourceY: number, targetX: number, targetY: number): string {
  const [right, left, top, bend] = [sourceX + 24, targetX - 24, targetY - ABOVE, 12];
  return [
    `M${sourceX},${sourceY} H${right - bend} Q${right},${sourceY} ${right},${sourceY - bend}`,
    `V${top + bend} Q${right},${top} ${right - bend},${top} H${left + bend}`,
    `Q${left},${top} ${left},${top + bend} V${targetY - bend} Q${left},${targetY} ${left + bend},${targetY} H${targetX}`,
  ].join(" ");
}

/** A line from an exit to the step it leads to; one that leads back goes round the steps between. */
export const ExitLine = memo(function ExitLine(props: EdgeProps<ExitLineType>) {
  const { id, source, target, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, markerEnd, data } =
    props;
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const forward = () => getBezierPath(ends)[0];
  const back = () => getSmoothStepPath({ ...ends, borderRadius: 12, offset: 24 })[0];
  const path = source === target ? loop(sourceX, sourceY, targetX, targetY) : targetX > sourceX ? forward() : back();
  const exit = data?.exit ?? "";
  const count = useEditor(({ traffic }) => (traffic ? (traffic[source]?.exits[exit] ?? 0) : null));
  const most = useEditor((state) => state.most);
  const hot = heat(count ?? 0, most);
  const style =
    count === null
      ? undefined
      : {
          strokeWidth: 1.5 + 5 * hot,
          stroke: `color-mix(in oklab, var(--flow-hot) ${Math.round(hot * 100)}%, var(--xy-edge-stroke))`,
        };
  const label = count
    ? {
        label: short(count),
        labelX: (sourceX + targetX) / 2,
        labelY: source === target ? targetY - ABOVE : (sourceY + targetY) / 2,
        labelShowBg: true,
      }
    : {};
  return <BaseEdge id={id} path={path} markerEnd={markerEnd} interactionWidth={16} style={style} {...label} />;
});
