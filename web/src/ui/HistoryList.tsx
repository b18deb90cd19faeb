import { Timeline, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useHistory } from "../lib/service";
import { dateTimeText } from "../phone/time";
import { Section } from "./fields";

interface Props {
  /** Of the row in the API, such as `/records/r_1`. */
  path: string;
  version: number;
  /** The words of a change's name. */
  nameOf: (name: string) => string;
  wordsOf?: (name: string, value: unknown) => string;
}

const plain = (_: string, value: unknown) =>
  value === null || value === undefined || value === ""
    ? "–"
    : typeof value === "string"
      ? value
      : JSON.stringify(value);

/** What became of a row, newest first. */
export function HistoryList({ path, version, nameOf, wordsOf = plain }: Props) {
  const { t, i18n } = useTranslation();
  const { data } = useHistory(path, version);
  if (!data?.length) return null;
  return (
    <>
      <Section>{t("service.history")}</Section>
      <Timeline
        items={data.map((item) => ({
          key: `${item.at}-${item.action}`,
          content: (
            <>
              <Typography.Text type="secondary">{dateTimeText(item.at, i18n.language)}</Typography.Text> {item.by}{" "}
              {t(`service.did_${item.action}`)}
              {item.note && <div style={{ whiteSpace: "pre-wrap" }}>{item.note}</div>}
              {Object.entries(item.changes).map(([name, [before, after]]) => (
                <div key={name}>
                  <Typography.Text type="secondary">{nameOf(name)}</Typography.Text> {wordsOf(name, before)} →{" "}
                  {wordsOf(name, after)}
                </div>
              ))}
            </>
          ),
        }))}
      />
    </>
  );
}
