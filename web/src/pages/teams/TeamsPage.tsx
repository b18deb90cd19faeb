import { useTranslation } from "react-i18next";
import { useRows } from "../../lib/resource";
import type { Team, User } from "../../lib/types";
import { NameField, nameColumn } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";

const blank = () => ({ name: "" });

export default function TeamsPage() {
  const { t } = useTranslation();
  const { data: people } = useRows<User>("users");
  return (
    <ResourcePage<Team, { name: string }>
      kind="teams"
      texts="teams"
      blank={blank}
      columns={[
        { ...nameColumn(t("teams.name")), defaultSortOrder: "ascend" },
        {
          title: t("teams.count"),
          align: "right",
          width: 120,
          render: (_, row) => (people ?? []).filter((one) => one.team_id === row.id).length,
        },
      ]}
      fields={() => <NameField label={t("teams.name")} />}
    />
  );
}
