import { Timeline, Typography } from "antd";
import { useTranslation } from "react-i18next";
import type { HistoryItem } from "../api";
import { useHistory } from "../lib/service";
import { dateTimeText } from "../phone/time";
import { Section } from "./fields";

interface Words {
  /** The words of a change's name. */
  nameOf: (name: string) => string;
  wordsOf?: (name: string, value: unknown) => string;
}

interface Props extends Words {
  /** Of the row in the API, such as `/records/r_1`. */
  path: string;
  version: number;
}

const plain = (_: string, value: unknown) =>
  value === null || value === undefined || value === ""
    ? "–"
    : typeof value === "string"
      ? value
      : JSON.stringify(value);

/** What became of a row, newest first. */
export function HistoryList({ path, version, ...words }: Props) {
  const { t } = useTranslation();
  const { data } = useHistory(path, version);
  if (!data?.length) return null;
  return (
    <>
      <Section>{t("service.history")}</Section>
      <HistorySteps steps={data} {...words} />
    </>
  );
}

export function HistorySteps({ steps, nameOf, wordsOf = plain }: Words & { steps: HistoryItem[] }) {
  const { t, i18n } = useTranslation();
  return (
    <Timeline
      items={steps.map((item) => ({
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
  );
}
