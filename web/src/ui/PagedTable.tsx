import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { Alert, Button, Empty, Table, type TableProps } from "antd";
import { useTranslation } from "react-i18next";
import type { Page } from "../lib/resource";

interface Props<R> extends Pick<TableProps<R>, "columns" | "scroll"> {
  pages: UseInfiniteQueryResult<InfiniteData<Page<R>>>;
  /** What is said when there is nothing. */
  empty: string;
  onOpen?: (row: R) => void;
}

/** A list that goes on page by page: its table, why it could not be had, and the way to more of it. */
export function PagedTable<R extends { id: string | number }>({ pages, empty, onOpen, ...table }: Props<R>) {
  const { t } = useTranslation();
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = pages;
  return (
    <>
      {error && <Alert type="error" showIcon title={error.message || t("problem.unreachable")} />}
      <Table<R>
        {...table}
        rowKey="id"
        size="small"
        loading={isPending}
        pagination={false}
        dataSource={data?.pages.flatMap((page) => page.items) ?? []}
        locale={{
          emptyText: isPending || error ? " " : <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />,
        }}
        {...(onOpen ? { onRow: (row: R) => ({ onClick: () => onOpen(row), style: { cursor: "pointer" } }) } : {})}
      />
      {hasNextPage && (
        <Button block loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("service.more")}
        </Button>
      )}
    </>
  );
}
