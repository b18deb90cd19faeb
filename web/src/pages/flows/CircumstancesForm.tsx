import { DatePicker, Flex, Input, InputNumber, Segmented } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { atSite, here } from "../../lib/zone";
import { Beside, Field } from "./forms/parts";
import type { Simulation } from "./useSimulation";

/** Who calls and when. */
export function CircumstancesForm({ simulation }: { simulation: Simulation }) {
  const { t } = useTranslation("flow");
  const { circumstances, setCircumstances } = simulation;
  const { time, caller, language, customer, tier } = circumstances;
  return (
    <Flex vertical gap={8}>
      <Field label={t("simulator.time")}>
        <DatePicker
          aria-label={t("simulator.time")}
          showTime={{ format: "HH:mm" }}
          format="YYYY-MM-DD HH:mm"
          placeholder={t("simulator.now")}
          value={time ? dayjs(here(time).format("YYYY-MM-DDTHH:mm")) : null}
          onChange={(next) => setCircumstances({ time: next ? atSite(next).toISOString() : null })}
        />
      </Field>
      <Beside>
        <Field label={t("simulator.caller")}>
          <Input
            aria-label={t("simulator.caller")}
            inputMode="tel"
            maxLength={32}
            value={caller}
            onChange={(event) => setCircumstances({ caller: event.target.value })}
          />
        </Field>
        <Field label={t("simulator.language")}>
          <Segmented
            block
            aria-label={t("simulator.language")}
            value={language}
            options={(["zh", "en"] as const).map((value) => ({ value, label: t(`field.${value}`) }))}
            onChange={(next) => setCircumstances({ language: next })}
          />
        </Field>
      </Beside>
      <Beside>
        <Field label={t("simulator.customer")}>
          <Input
            aria-label={t("simulator.customer")}
            maxLength={80}
            value={customer}
            onChange={(event) => setCircumstances({ customer: event.target.value })}
          />
        </Field>
        <Field label={t("simulator.tier")}>
          <InputNumber
            aria-label={t("simulator.tier")}
            min={0}
            max={9}
            precision={0}
            value={tier}
            onChange={(next) => setCircumstances({ tier: next ?? 0 })}
            style={{ width: "100%" }}
          />
        </Field>
      </Beside>
    </Flex>
  );
}
