import { Tag } from "antd";
import { useStageOptions, useTierOptions } from "./words";

interface Props {
  tier: string | null | undefined;
  stage: string | null | undefined;
  onClose: () => void;
}

/** That only what concerns customers of one tier, or stage, is shown: it can be taken away. */
export function FiledAs({ tier, stage, onClose }: Props) {
  const [tiers, stages] = [useTierOptions(), useStageOptions()];
  const words = [
    tier && tiers.find(({ value }) => String(value) === tier)?.label,
    stage && stages.find(({ value }) => value === stage)?.label,
  ].filter(Boolean);
  if (words.length === 0) return null;
  return (
    <Tag closable onClose={onClose}>
      {words.join(" · ")}
    </Tag>
  );
}
