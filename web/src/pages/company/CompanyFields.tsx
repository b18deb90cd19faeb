import { Form, Input, Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Section, Side } from "../../ui/fields";
import { useVoiceChoices } from "../../ui/prompts/voices";

/** Those whose numbers and clocks the company is likely to use come first; every other can be typed in the search. */
const COUNTRIES = "CN HK MO TW SG MY TH VN ID PH JP KR IN AE AU NZ GB IE DE FR ES IT NL PL US CA MX BR ZA".split(" ");

export function useCountries(): { value: string; label: string }[] {
  const { i18n } = useTranslation();
  return useMemo(() => {
    const names = new Intl.DisplayNames([i18n.language], { type: "region" });
    return COUNTRIES.map((value) => ({ value, label: `${names.of(value) ?? value} (${value})` }));
  }, [i18n.language]);
}

export function CompanyFields({ autoFocus = false }: { autoFocus?: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item name="company_name" label={t("company.name")} rules={[{ required: true }]}>
        <Input maxLength={80} autoFocus={autoFocus} />
      </Form.Item>
      <Side>
        <Form.Item name="language" label={t("company.language")} extra={t("company.language_help")}>
          <Select
            options={[
              { value: "zh", label: "中文" },
              { value: "en", label: "English" },
            ]}
          />
        </Form.Item>
        <Form.Item name="country" label={t("company.country")}>
          <Select options={useCountries()} showSearch={{ optionFilterProp: "label" }} />
        </Form.Item>
      </Side>
      <Form.Item name="time_zone" label={t("company.time_zone")}>
        <Select showSearch options={Intl.supportedValuesOf("timeZone").map((value) => ({ value, label: value }))} />
      </Form.Item>
    </>
  );
}

export function NumberingFields() {
  const { t } = useTranslation();
  return (
    <Side>
      <Form.Item name="area_code" label={t("company.area_code")} extra={t("company.area_code_help")}>
        <Input maxLength={8} inputMode="numeric" />
      </Form.Item>
      <Form.Item name="external_prefix" label={t("company.external_prefix")} extra={t("company.external_prefix_help")}>
        <Input maxLength={4} inputMode="numeric" />
      </Form.Item>
    </Side>
  );
}

/** Who speaks typed texts. */
export function VoiceFields() {
  const { t } = useTranslation();
  const voices = { zh: useVoiceChoices("zh"), en: useVoiceChoices("en") };
  return (
    <Side>
      {(["zh", "en"] as const).map((language) => (
        <Form.Item
          key={language}
          name={`voice_${language}`}
          label={t(`company.voice_${language}`)}
          extra={t("company.voice_help")}
        >
          <Select options={[{ value: "", label: t("company.usual_voice") }, ...voices[language]]} />
        </Form.Item>
      ))}
    </Side>
  );
}

/** Another system's page about a caller, and where it is told of him. */
export function PopFields() {
  const { t } = useTranslation();
  return (
    <>
      <Section>{t("company.pop")}</Section>
      <Form.Item name="pop_url" label={t("company.pop_url")} extra={t("company.pop_url_help")}>
        <Input
          maxLength={1000}
          spellCheck={false}
          placeholder="https://crm.example.com/find?phone={number}&call={call_id}"
        />
      </Form.Item>
      <Form.Item name="pop_when" label={t("company.pop_when")}>
        <Select
          options={["ring", "answer"].map((value) => ({ value, label: t(`company.pop_when_${value}`) }))}
          style={{ maxWidth: 240 }}
        />
      </Form.Item>
      <Form.Item name="pop_in" label={t("company.pop_in")} extra={t("company.pop_in_help")}>
        <Select
          options={["tab", "desk"].map((value) => ({ value, label: t(`company.pop_in_${value}`) }))}
          style={{ maxWidth: 240 }}
        />
      </Form.Item>
      <Form.Item name="pop_webhook" label={t("company.pop_webhook")} extra={t("company.pop_webhook_help")}>
        <Input type="url" maxLength={1000} spellCheck={false} placeholder="https://crm.example.com/calls" />
      </Form.Item>
    </>
  );
}
