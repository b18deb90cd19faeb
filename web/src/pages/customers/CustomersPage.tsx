import { ImportOutlined, PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Empty, Flex, Table, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAddress } from "../../lib/address";
import { useMe } from "../../lib/session";
import { Download } from "../../ui/Download";
import { PageFrame } from "../../ui/PageFrame";
import { BulkBar } from "./BulkBar";
import { CustomerDrawer } from "./CustomerDrawer";
import { CustomerFilters } from "./CustomerFilters";
import { ColumnChooser, USUAL, useColumns } from "./columns";
import { type Customer, useCustomerCount, useCustomerFields, useCustomers } from "./customers";
import { DoublesDrawer } from "./DoublesDrawer";
import { Edits } from "./Edits";
import { Views } from "./Views";

const SHOWN_LATE_MS = 300; // an answer that is there sooner does not make the list flicker

/** All customers. What is searched and the open one stand in the address (`?open=`). */
export default function CustomersPage() {
  const { t } = useTranslation();
  const { role } = useMe();
  const { address, query, open, show, set } = useAddress();
  const { data, error, isFetching, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useCustomers(query);
  const { data: found } = useCustomerCount(query);
  const sort = address.get("sort") ?? "";
  const { data: fields = [] } = useCustomerFields();
  const columns = useColumns(fields, sort);
  const chosen = address.getAll("column");
  const shown = chosen.length ? chosen : USUAL;
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const [picked, setPicked] = useState<string[]>([]);
  const leads = role === "admin" || role === "supervisor";
  const mayWrite = role !== "auditor";

  return (
    <PageFrame
      title={t("customers.title")}
      lead={t("customers.lead")}
      extra={
        <Flex gap={8} wrap justify="end">
          {role === "admin" && (
            <Link to="/customers/imports">
              <Button icon={<ImportOutlined />}>{t("imports.title")}</Button>
            </Link>
          )}
          {leads && <Button onClick={() => show("doubles")}>{t("customers.doubles")}</Button>}
          <ColumnChooser columns={columns} shown={shown} onChange={(column) => set({ column })} />
          <Download
            path="/customers/download"
            address={address}
            choices={[
              { label: t("customers.columns_shown"), columns: shown },
              { label: t("customers.columns_all"), columns: [] },
            ]}
          />
          {mayWrite && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => show("new")}>
              {t("customers.new")}
            </Button>
          )}
        </Flex>
      }
    >
      {error && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
      {leads && <Edits fields={fields} />}
      <Views />
      <CustomerFilters />
      {picked.length > 0 && (
        <BulkBar
          picked={picked}
          rows={rows.filter(({ id }) => picked.includes(id))}
          query={query}
          fields={fields}
          onDone={() => setPicked([])}
        />
      )}
      <Table<Customer>
        rowKey="id"
        size="small"
        columns={columns.filter(({ key }) => shown.includes(key))}
        dataSource={rows}
        loading={{ spinning: isFetching && !isFetchingNextPage, delay: SHOWN_LATE_MS }}
        pagination={false}
        {...(leads && !address.get("deleted")
          ? { rowSelection: { selectedRowKeys: picked, onChange: (keys) => setPicked(keys.map(String)) } }
          : {})}
        scroll={{ x: "max-content" }}
        locale={{
          emptyText: isPending ? (
            " "
          ) : (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("customers.empty")} />
          ),
        }}
        onRow={(row) => (row.deleted_at ? {} : { onClick: () => show(row.id), style: { cursor: "pointer" } })}
        onChange={(_page, _filters, sorter) => {
          const { columnKey, order } = Array.isArray(sorter) ? (sorter[0] ?? {}) : sorter;
          const by = order && `${order === "descend" ? "-" : ""}${columnKey}`;
          set({ sort: by || null });
        }}
      />
      <Flex vertical gap={8} style={{ marginBlockStart: 8 }}>
        {hasNextPage && (
          <Button block loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("service.more")}
          </Button>
        )}
        {found && !address.get("deleted") && (
          <Typography.Text type="secondary" role="status">
            {found.more
              ? t("customers.found_more", { number: found.count })
              : t("customers.found", { count: found.count })}
          </Typography.Text>
        )}
      </Flex>
      {open === "doubles" && leads && <DoublesDrawer fields={fields} onClose={() => show(null)} />}
      {open && open !== "doubles" && (open !== "new" || mayWrite) && (
        <CustomerDrawer key={open} id={open === "new" ? null : open} onClose={() => show(null)} />
      )}
    </PageFrame>
  );
}
