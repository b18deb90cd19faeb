import { PlusOutlined } from "@ant-design/icons";
import { Button, Empty, Flex, type TableColumnsType, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useAddress } from "../../lib/address";
import { type OwnTable, type ServiceRecord, usePages, useTables } from "../../lib/service";
import { useIsAdmin, useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";
import { CustomerCell } from "../../ui/CustomerCell";
import { Download } from "../../ui/Download";
import { FieldText } from "../../ui/FieldForm";
import { Dash } from "../../ui/fields";
import { PagedTable } from "../../ui/PagedTable";
import { PageFrame } from "../../ui/PageFrame";
import { RecordDrawer } from "./RecordDrawer";
import { RecordFilters } from "./RecordFilters";

const SHOWN = 4; // fields in the list

/** The records of one of the site's own tables. The open one stands in the address (`?open=`). */
export default function RecordsPage() {
  const { t } = useTranslation();
  const { table: id = "" } = useParams();
  const { data: tables, isPending } = useTables();
  const isAdmin = useIsAdmin();
  const table = tables?.find((one) => one.id === id) ?? (id === "" ? tables?.[0] : undefined);
  if (isPending) return null;
  if (!table)
    return (
      <PageFrame title={t("records.title")} lead={t("records.lead")}>
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("records.no_table")}>
          {isAdmin && <Link to="/tables?open=new">{t("tables.new")}</Link>}
        </Empty>
      </PageFrame>
    );
  return <RecordList key={table.id} table={table} tables={tables ?? []} />;
}

function RecordList({ table, tables }: { table: OwnTable; tables: OwnTable[] }) {
  const { t, i18n } = useTranslation();
  const { role } = useMe();
  const { address, query, open, show } = useAddress();
  const pages = usePages<ServiceRecord>(["records", table.id], `/tables/${table.id}/records`, query);
  const mayWrite = role !== "auditor";

  const columns: TableColumnsType<ServiceRecord> = [
    { title: t("records.number"), dataIndex: "number", className: "number", width: 72 },
    {
      title: t("service.status"),
      render: (_, row) => (
        <>
          <Tag color={row.status.color}>{row.status.label}</Tag>
          {row.overdue && <Tag color="red">{t("service.overdue")}</Tag>}
          {row.submission && !row.submission.answered_at && <Tag color="gold">{t("records.submitted")}</Tag>}
        </>
      ),
    },
    { title: t("service.customer"), render: (_, row) => <CustomerCell customer={row.customer} /> },
    ...table.fields.slice(0, SHOWN).map((field) => ({
      title: field.label,
      ellipsis: true,
      render: (_: unknown, row: ServiceRecord) => <FieldText field={field} value={row.values[field.id]} />,
    })),
    { title: t("service.owner"), render: (_, row) => row.owner?.name || <Dash /> },
    ...(table.problems
      ? [
          {
            title: t("service.due"),
            render: (_: unknown, row: ServiceRecord) =>
              row.due_at ? dateTimeText(row.due_at, i18n.language) : <Dash />,
          },
        ]
      : []),
    {
      title: t("service.made"),
      render: (_, row) => <time dateTime={row.created_at}>{dateTimeText(row.created_at, i18n.language)}</time>,
    },
  ];

  return (
    <PageFrame
      title={table.name}
      lead={t("records.lead")}
      extra={
        <Flex gap={8}>
          <Download path={`/tables/${table.id}/records/download`} address={address} />
          {mayWrite && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => show("new")}>
              {t("records.new")}
            </Button>
          )}
        </Flex>
      }
    >
      <RecordFilters table={table} tables={tables} />
      <PagedTable<ServiceRecord>
        pages={pages}
        empty={t("records.empty")}
        onOpen={(row) => show(row.id)}
        scroll={{ x: "max-content" }}
        columns={columns}
      />
      {open && (open !== "new" || mayWrite) && (
        <RecordDrawer key={open} table={table} id={open === "new" ? null : open} onClose={() => show(null)} />
      )}
    </PageFrame>
  );
}
