import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, HolderOutlined } from "@ant-design/icons";
import { Button, Card } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  count: number;
  /** What stands at a place. */
  title: (place: number) => ReactNode;
  /** What is under its title, if anything is. */
  children?: (place: number) => ReactNode;
  keyOf: (place: number) => string | number;
  onMove: (from: number, to: number) => void;
  /** Left out: nothing is removed here. */
  onRemove?: (place: number) => void;
  /** Left out: by everybody. */
  movable?: boolean;
}

/** Cards that are put in order by dragging them, or by their arrows. */
export function Sortable({ count, title, children, keyOf, onMove, onRemove, movable = true }: Props) {
  const { t } = useTranslation();
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const drop = (to: number) => {
    if (dragged !== null && dragged !== to) onMove(dragged, to);
    setDragged(null);
    setOver(null);
  };
  return Array.from({ length: count }, (_, place) => (
    <Card
      key={keyOf(place)}
      size="small"
      title={title(place)}
      onDragOver={(event) => {
        if (dragged === null) return;
        event.preventDefault();
        setOver(place);
      }}
      onDrop={() => drop(place)}
      styles={children ? {} : { body: { display: "none" }, header: { borderBlockEnd: 0 } }}
      style={{
        marginBlockEnd: 8,
        opacity: dragged === place ? 0.5 : 1,
        outline: over === place && dragged !== place ? "2px solid var(--ant-color-primary)" : undefined,
      }}
      extra={
        <>
          {movable && (
            <>
              <span
                draggable
                role="img"
                aria-label={t("sortable.drag")}
                title={t("sortable.drag")}
                onDragStart={() => setDragged(place)}
                onDragEnd={() => drop(dragged ?? place)}
                style={{ cursor: "grab", padding: 4 }}
              >
                <HolderOutlined />
              </span>
              <Button
                type="text"
                size="small"
                icon={<ArrowUpOutlined />}
                disabled={place === 0}
                aria-label={t("sortable.up", { number: place + 1 })}
                onClick={() => onMove(place, place - 1)}
              />
              <Button
                type="text"
                size="small"
                icon={<ArrowDownOutlined />}
                disabled={place === count - 1}
                aria-label={t("sortable.down", { number: place + 1 })}
                onClick={() => onMove(place, place + 1)}
              />
            </>
          )}
          {onRemove && (
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined />}
              aria-label={t("sortable.remove_one", { number: place + 1 })}
              onClick={() => onRemove(place)}
            />
          )}
        </>
      }
    >
      {children?.(place)}
    </Card>
  ));
}
