import { useTranslation } from "react-i18next";
import { useRows } from "../../lib/resource";
import type { Queue, Skill, User } from "../../lib/types";
import { Dash, NameField, nameColumn } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";

const blank = () => ({ name: "" });

export default function SkillsPage() {
  const { t } = useTranslation();
  const { data: people } = useRows<User>("users");
  const { data: queues } = useRows<Queue>("queues");
  const named = (rows: { name: string; skills: { skill: string }[] }[] | undefined, id: string) =>
    (rows ?? []).filter((one) => one.skills.some(({ skill }) => skill === id));
  return (
    <ResourcePage<Skill, { name: string }>
      kind="skills"
      texts="skills"
      blank={blank}
      columns={[
        { ...nameColumn(t("skills.name")), defaultSortOrder: "ascend" },
        { title: t("skills.people"), align: "right", width: 120, render: (_, row) => named(people, row.id).length },
        {
          title: t("skills.queues"),
          render: (_, row) =>
            named(queues, row.id)
              .map(({ name }) => name)
              .join(", ") || <Dash />,
        },
      ]}
      fields={() => <NameField label={t("skills.name")} />}
    />
  );
}
