import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { User } from "../../lib/types";
import { labelOf, useQueueChoices, useTeamChoices } from "../../ui/choices";
import { Dash, nameColumn } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { blankPerson, type PersonForm, personBody } from "./form";
import { PersonFields } from "./PersonFields";

const words = (row: User) => [row.name, row.login, row.staff_number, row.extension];

export default function PeoplePage() {
  const { t } = useTranslation();
  const teams = useTeamChoices();
  const queues = useQueueChoices();

  return (
    <ResourcePage<User, PersonForm>
      kind="users"
      texts="people"
      width={560}
      words={words}
      blank={blankPerson}
      toBody={personBody}
      columns={[
        {
          ...nameColumn<User>(t("people.name")),
          render: (_, row) => (
            <>
              {row.name} {!row.active && <Tag variant="filled">{t("people.inactive")}</Tag>}
              {row.active && row.must_change_password && <Tag variant="filled">{t("people.must_change")}</Tag>}
            </>
          ),
        },
        { title: t("people.login"), dataIndex: "login" },
        {
          title: t("people.role"),
          render: (_, row) => t(`role.${row.role}`),
          filters: (["admin", "supervisor", "agent", "auditor"] as const).map((value) => ({
            value,
            text: t(`role.${value}`),
          })),
          onFilter: (value, row) => row.role === value,
        },
        {
          title: t("people.extension"),
          className: "number",
          render: (_, row) => row.extension ?? <Dash />,
          sorter: (a, b) => (a.extension ?? "").localeCompare(b.extension ?? "", undefined, { numeric: true }),
        },
        { title: t("people.staff_number"), className: "number", render: (_, row) => row.staff_number || <Dash /> },
        { title: t("people.team"), render: (_, row) => labelOf(teams, row.team_id) ?? <Dash /> },
        {
          title: t("people.queues"),
          render: (_, row) => row.queues.map((id) => labelOf(queues, id) ?? "?").join(", ") || <Dash />,
        },
      ]}
      fields={(row) => <PersonFields person={row} teams={teams} queues={queues} />}
    />
  );
}
