import { PlayCircleOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Flex, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type CustomerRuleOut, reorderCustomerRules, runCustomerRules } from "../../api";
import { type Problem, problemFrom } from "../../lib/problem";
import { useIsAdmin } from "../../lib/session";
import { ConditionText } from "../../ui/conditions/ConditionText";
import { Dialog } from "../../ui/Dialog";
import { OnOff } from "../../ui/OnOff";
import { ProblemNote } from "../../ui/ProblemNote";
import { ResourcePage } from "../../ui/ResourcePage";
import { Sortable } from "../../ui/Sortable";
import { useStageOptions, useTierOptions } from "../customers/words";
import { blankRule, type RuleForm, ruleBody, ruleForm } from "./form";
import { RuleFields } from "./RuleFields";
import { RunResult } from "./RunResult";

const byPosition = (rows: CustomerRuleOut[]) => [...rows].sort((a, b) => a.position - b.position);

/** Rules that file customers under a tier, a stage and tags, in the order in which they are asked. */
export default function CustomerRulesPage() {
  const { t } = useTranslation();
  const isAdmin = useIsAdmin();
  const queries = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [job, setJob] = useState<string | null>(null);

  const act = async (work: () => Promise<unknown>) => {
    setProblem(null);
    try {
      await work();
    } catch (refusal) {
      setProblem(problemFrom(refusal, 0));
    }
  };
  const run = () => act(async () => setJob((await runCustomerRules({ throwOnError: true })).data.job));
  const move = (rows: CustomerRuleOut[]) => (from: number, to: number) => {
    const ids = rows.map(({ id }) => id);
    ids.splice(to, 0, ...ids.splice(from, 1));
    void act(async () => {
      await reorderCustomerRules({ body: { ids }, throwOnError: true });
      await queries.invalidateQueries({ queryKey: ["customer-rules"] });
    });
  };

  return (
    <>
      <ResourcePage<CustomerRuleOut, RuleForm>
        kind="customer-rules"
        texts="customer_rules"
        width={720}
        enrich={byPosition}
        blank={blankRule}
        toForm={ruleForm}
        toBody={ruleBody}
        aside={<ProblemNote problem={problem} />}
        actions={
          <Button icon={<PlayCircleOutlined />} onClick={() => void run()}>
            {t("customer_rules.run")}
          </Button>
        }
        list={(rows, open, all) => (
          <>
            <Alert type="info" showIcon title={t("customer_rules.how")} style={{ marginBlockEnd: 12 }} />
            <Sortable
              count={rows.length}
              movable={isAdmin && all}
              keyOf={(place) => rows[place]?.id ?? place}
              title={(place) => <Title row={rows[place]} place={place} open={open} />}
              onMove={move(rows)}
            >
              {(place) => <Said row={rows[place]} />}
            </Sortable>
          </>
        )}
        fields={(row) => <RuleFields row={row} />}
      />
      <Dialog
        open={job !== null}
        title={t("customer_rules.run")}
        footer={null}
        onCancel={() => setJob(null)}
        destroyOnHidden
      >
        {job && <RunResult job={job} applied />}
      </Dialog>
    </>
  );
}

interface TitleProps {
  row: CustomerRuleOut | undefined;
  place: number;
  open: (id: string) => void;
}

function Title({ row, place, open }: TitleProps) {
  if (!row) return null;
  return (
    <Flex gap={8} align="center">
      <span className="number">{place + 1}</span>
      <Button type="link" style={{ padding: 0, fontWeight: 600 }} onClick={() => open(row.id)}>
        {row.name}
      </Button>
      {!row.enabled && <OnOff on={false} />}
    </Flex>
  );
}

/** Who is meant, and what becomes of him. */
function Said({ row }: { row: CustomerRuleOut | undefined }) {
  const { t } = useTranslation();
  const [tiers, stages] = [useTierOptions(), useStageOptions()];
  if (!row) return null;
  return (
    <Flex gap={8} align="center" wrap>
      <ConditionText conditions={row.conditions} />
      <span aria-hidden>→</span>
      {row.tier !== null && <Tag color="gold">{tiers.find(({ value }) => value === row.tier)?.label}</Tag>}
      {row.stage && <Tag color="blue">{stages.find(({ value }) => value === row.stage)?.label}</Tag>}
      {row.tags_on.map((tag) => (
        <Tag key={tag} color="green">
          + {tag}
        </Tag>
      ))}
      {row.tags_off.map((tag) => (
        <Tag key={tag}>− {tag}</Tag>
      ))}
      {row.over_hand && <Tag>{t("customer_rules.over_hand_short")}</Tag>}
    </Flex>
  );
}
