import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Space, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { reorderCustomerFields } from "../../api";
import { type Problem, problemFrom } from "../../lib/problem";
import { ProblemNote } from "../../ui/ProblemNote";
import { Sortable } from "../../ui/Sortable";
import { type CustomerField, moved } from "./form";

interface Props {
  fields: CustomerField[];
  movable: boolean;
  onOpen: (id: string) => void;
}

const KEY = ["customer-fields"];

/** The fields as customers' forms show them, put in order by dragging or with the arrows. */
export function FieldList({ fields, movable, onOpen }: Props) {
  const queries = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const reorder = useMutation({
    scope: { id: "customer-fields" }, // one after the other, the last order wins
    mutationFn: (order: CustomerField[]) =>
      reorderCustomerFields({ body: { ids: order.map(({ id }) => id) }, throwOnError: true }),
    onMutate: async (order) => {
      setProblem(null);
      await queries.cancelQueries({ queryKey: KEY });
      queries.setQueryData(KEY, order);
    },
    onError: (error) => setProblem(problemFrom(error, 0)),
    onSettled: () => queries.isMutating({ mutationKey: KEY }) === 1 && queries.invalidateQueries({ queryKey: KEY }),
    mutationKey: KEY,
  });
  return (
    <>
      <ProblemNote problem={problem} />
      <div style={{ maxWidth: 860 }}>
        <Sortable
          count={fields.length}
          keyOf={(place) => fields[place]?.id ?? place}
          title={(place) => fields[place] && <Title field={fields[place]} onOpen={onOpen} />}
          movable={movable}
          onMove={(from, to) => reorder.mutate(moved(fields, from, to))}
        />
      </div>
    </>
  );
}

const MARKS = ["required", "unique", "masked", "in_pop"] as const;

function Title({ field, onOpen }: { field: CustomerField; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <Space wrap size={[8, 4]} style={{ paddingBlock: 4, fontWeight: "normal" }}>
      <Button type="link" onClick={() => onOpen(field.id)} style={{ padding: 0, whiteSpace: "normal", height: "auto" }}>
        {field.label}
      </Button>
      <Tag>{t(`own_field.type_${field.type}`)}</Tag>
      {field.changing && <Tag color="processing">{t("customer_fields.changing")}</Tag>}
      {MARKS.filter((mark) => field[mark]).map((mark) => (
        <Tag key={mark} variant="filled">
          {t(`own_field.${mark}`)}
        </Tag>
      ))}
    </Space>
  );
}
