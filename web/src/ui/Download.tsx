import { DownloadOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { fileOf } from "../lib/address";

const FORMATS = ["xlsx", "csv"] as const;

interface Props {
  /** Of the file below the API, such as `/orders/download`. */
  path: string;
  address: URLSearchParams;
  /** Which of the columns may be had, each choice by its name and what it asks for; left out: there is one choice. */
  choices?: { label: string; columns: string[] }[];
}

/** The rows that a list shows, as a file. */
export function Download({ path, address, choices }: Props) {
  const { t } = useTranslation();
  const links = (columns?: string[]) =>
    FORMATS.map((format) => ({
      key: `${format} ${columns}`,
      label: (
        <a href={fileOf(path, address, format, columns)} download>
          {t(`service.download_${format}`)}
        </a>
      ),
    }));
  const items = choices
    ? choices.map(({ label, columns }) => ({ key: label, type: "group" as const, label, children: links(columns) }))
    : links();
  return (
    <Dropdown menu={{ items }}>
      <Button icon={<DownloadOutlined />}>{t("service.download")}</Button>
    </Dropdown>
  );
}
