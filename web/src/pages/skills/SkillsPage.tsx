import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useRows } from "../../lib/resource";
import type { Queue, Skill, User } from "../../lib/types";
import { Dash } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";

const blank = () => ({ name: "" });
const toForm = ({ name }: Skill) => ({ name });
const words = (row: Skill) => [row.name];

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
      nameOf={(row) => row.name}
      words={words}
      blank={blank}
      toForm={toForm}
      columns={[
        {
          title: t("skills.name"),
          dataIndex: "name",
          sorter: (a, b) => a.name.localeCompare(b.name),
          defaultSortOrder: "ascend",
        },
        { title: t("skills.people"), align: "right", width: 120, render: (_, row) => named(people, row.id).length },
        {
          title: t("skills.queues"),
          render: (_, row) =>
            named(queues, row.id)
              .map(({ name }) => name)
              .join(", ") || <Dash />,
        },
      ]}
      fields={() => (
        <Form.Item name="name" label={t("skills.name")} rules={[{ required: true }]}>
          <Input maxLength={80} />
        </Form.Item>
      )}
    />
  );
}
