import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useRows } from "../../lib/resource";
import type { Team, User } from "../../lib/types";
import { ResourcePage } from "../../ui/ResourcePage";

const blank = () => ({ name: "" });
const toForm = ({ name }: Team) => ({ name });
const words = (row: Team) => [row.name];

export default function TeamsPage() {
  const { t } = useTranslation();
  const { data: people } = useRows<User>("users");
  return (
    <ResourcePage<Team, { name: string }>
      kind="teams"
      texts="teams"
      nameOf={(row) => row.name}
      words={words}
      blank={blank}
      toForm={toForm}
      columns={[
        {
          title: t("teams.name"),
          dataIndex: "name",
          sorter: (a, b) => a.name.localeCompare(b.name),
          defaultSortOrder: "ascend",
        },
        {
          title: t("teams.count"),
          align: "right",
          width: 120,
          render: (_, row) => (people ?? []).filter((one) => one.team_id === row.id).length,
        },
      ]}
      fields={() => (
        <Form.Item name="name" label={t("teams.name")} rules={[{ required: true }]}>
          <Input maxLength={80} />
        </Form.Item>
      )}
    />
  );
}
