import { UploadOutlined } from "@ant-design/icons";
import { Button, Flex, Form, Select, Typography, Upload } from "antd";
import { useTranslation } from "react-i18next";
import { type BoxOut, chooseVoicemailGreeting, deleteVoicemailGreeting, uploadVoicemailGreeting } from "../../api";
import { useIsAdmin } from "../../lib/session";
import { clockText } from "../../phone/time";
import { usePromptChoices } from "../../ui/choices";
import { Player } from "./Player";

type Moment = "usual" | "busy" | "away";

interface Props {
  box: BoxOut;
  /** Does a change and shows the box as it is then, or what was wrong. */
  change: (work: () => Promise<{ data: BoxOut }>) => Promise<boolean>;
}

/** What callers hear before they speak: usually, and of an extension also while its agent is busy or away. */
export function BoxGreetings({ box, change }: Props) {
  const { t } = useTranslation("desk");
  const moments: Moment[] = box.kind === "queue" ? ["usual"] : ["usual", "busy", "away"];
  return moments.map((moment) => (
    <Form.Item key={moment} label={t(`voicemail.greeting.${moment}`)}>
      <Greeting box={box} moment={moment} change={change} />
    </Form.Item>
  ));
}

function Greeting({ box, moment, change }: Props & { moment: Moment }) {
  const { t } = useTranslation("desk");
  const where = { id: box.id, moment };
  const greeting = box.greetings[moment];
  return (
    <Flex vertical gap={8}>
      <Flex gap={8} wrap align="center">
        <Typography.Text type={greeting ? undefined : "secondary"}>
          {greeting?.seconds
            ? t("voicemail.greeting.own", { length: clockText(greeting.seconds) })
            : t(greeting ? "voicemail.greeting.prompt" : "voicemail.greeting.standard")}
        </Typography.Text>
        <Upload
          accept="audio/*,.wav,.mp3,.ogg,.opus,.flac,.gsm"
          showUploadList={false}
          customRequest={({ file }) =>
            void change(() =>
              uploadVoicemailGreeting({ path: where, body: { file: file as File }, throwOnError: true }),
            )
          }
        >
          <Button size="small" icon={<UploadOutlined />}>
            {t("voicemail.greeting.upload")}
          </Button>
        </Upload>
        {greeting && (
          <Button
            size="small"
            onClick={() => void change(() => deleteVoicemailGreeting({ path: where, throwOnError: true }))}
          >
            {t("voicemail.greeting.back")}
          </Button>
        )}
      </Flex>
      {greeting?.seconds && (
        <Player
          key={`${box.version}`}
          source={`/api/v1/voicemail-boxes/${box.id}/greetings/${moment}/sound?v=${box.version}`}
        />
      )}
      {useIsAdmin() && <PromptPicker box={box} moment={moment} change={change} />}
    </Flex>
  );
}

function PromptPicker({ box, moment, change }: Props & { moment: Moment }) {
  const { t } = useTranslation("desk");
  const where = { id: box.id, moment };
  return (
    <Select
      aria-label={t("voicemail.greeting.choose")}
      placeholder={t("voicemail.greeting.choose")}
      value={box.greetings[moment]?.prompt_id ?? undefined}
      options={usePromptChoices()}
      onChange={(prompt_id: string) =>
        void change(() => chooseVoicemailGreeting({ path: where, body: { prompt_id }, throwOnError: true }))
      }
    />
  );
}
