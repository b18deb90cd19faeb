import { CloseOutlined, CopyOutlined, PlusOutlined } from "@ant-design/icons";
import { Alert, App, Button, Flex, Form, Input, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createExtension, createUser, deleteExtension } from "../../api";
import { oneTimePassword } from "../../lib/passwords";
import { usePreferences } from "../../lib/preferences";
import { Problem, problemFrom } from "../../lib/problem";
import { ProblemNote, useProblem } from "../../ui/ProblemNote";
import { numbersOf } from "../extensions/range";
import { blankPerson, personBody } from "../people/form";

interface NewAgent {
  name: string;
  login: string;
  number: string;
}

interface Made extends NewAgent {
  password: string;
}

const FIRST = "8001";
const fresh = (place: number): NewAgent => ({
  name: "",
  login: "",
  number: numbersOf(FIRST, place + 1).at(-1) ?? FIRST,
});

/** The refusal of one agent, its fields named as this form has them. */
function inRow(error: unknown, place: number): Problem {
  const problem = problemFrom(error, 0);
  const { kind, message: title, status, detail } = problem;
  const errors = problem.errors.map((one) => ({ ...one, field: `agents.${place}.${one.field}` }));
  return new Problem({ type: kind, title, status, detail, errors });
}

export function AgentsStep({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ agents: NewAgent[] }>();
  const [made, setMade] = useState<Made[]>([]);
  const [busy, setBusy] = useState(false);
  const [left, setLeft] = useState(true);
  const language = usePreferences((look) => look.language);
  const { problem, show, clear } = useProblem(form);

  /** One agent: his extension first, which goes again when the person is refused. */
  const make = async (agent: NewAgent): Promise<Made> => {
    const { name, login, number } = agent;
    const password = oneTimePassword();
    const extension = (await createExtension({ body: { number, name }, throwOnError: true })).data;
    try {
      const person = { ...blankPerson(), name, login, password, language, extension_id: extension.id };
      await createUser({ body: personBody(person), throwOnError: true });
    } catch (error) {
      await deleteExtension({ path: { id: extension.id }, throwOnError: true });
      throw error;
    }
    return { ...agent, password };
  };

  const submit = async ({ agents }: { agents: NewAgent[] }) => {
    clear();
    setBusy(true);
    const done: Made[] = [];
    try {
      for (const [place, agent] of agents.entries())
        try {
          done.push(await make(agent));
        } catch (error) {
          // Those already made are shown above; the refused one is the first of what is left.
          form.setFieldsValue({ agents: agents.slice(place) });
          throw inRow(error, 0);
        }
      setLeft(false);
    } catch (error) {
      show(problemFrom(error, 0));
    } finally {
      setMade((former) => [...former, ...done]);
      setBusy(false);
    }
  };

  return (
    <>
      {made.length > 0 && <HandOver made={made} />}
      {left ? (
        <Form
          form={form}
          initialValues={{ agents: [fresh(0), fresh(1)] }}
          onFinish={submit}
          layout="vertical"
          requiredMark={false}
        >
          <ProblemNote problem={problem} />
          <AgentRows taken={made.length} />
          <Flex gap={8}>
            <Button type="primary" htmlType="submit" loading={busy}>
              {t("setup.make_agents")}
            </Button>
            <Button onClick={onDone}>{t("setup.skip")}</Button>
          </Flex>
        </Form>
      ) : (
        <Button type="primary" autoFocus onClick={onDone}>
          {t("setup.next")}
        </Button>
      )}
    </>
  );
}

function AgentRows({ taken }: { taken: number }) {
  const { t } = useTranslation();
  return (
    <Form.List name="agents">
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name: place }) => (
            <Flex key={key} gap={8} align="start">
              <Form.Item
                name={[place, "name"]}
                label={place === 0 ? t("people.name") : undefined}
                rules={[{ required: true }]}
                style={{ flex: 1, marginBlockEnd: 12 }}
              >
                <Input
                  aria-label={t("people.name")}
                  placeholder={t("people.name")}
                  maxLength={80}
                  autoFocus={place === 0}
                />
              </Form.Item>
              <Form.Item
                name={[place, "login"]}
                label={place === 0 ? t("people.login") : undefined}
                rules={[{ required: true, pattern: /^[A-Za-z0-9._@-]+$/, message: t("people.login_help") }]}
                style={{ flex: 1, marginBlockEnd: 12 }}
              >
                <Input
                  aria-label={t("people.login")}
                  placeholder={t("people.login")}
                  maxLength={64}
                  autoCapitalize="none"
                />
              </Form.Item>
              <Form.Item
                name={[place, "number"]}
                label={place === 0 ? t("people.extension") : undefined}
                rules={[{ required: true, pattern: /^\d{3,8}$/, message: t("extensions.number_help") }]}
                style={{ width: 112, marginBlockEnd: 12 }}
              >
                <Input aria-label={t("people.extension")} maxLength={8} inputMode="numeric" />
              </Form.Item>
              <Button
                type="text"
                icon={<CloseOutlined />}
                aria-label={t("setup.remove_agent", { number: place + 1 })}
                disabled={rows.length === 1}
                onClick={() => remove(place)}
                style={{ marginBlockStart: place === 0 ? 30 : 0 }}
              />
            </Flex>
          ))}
          <Button
            type="dashed"
            icon={<PlusOutlined />}
            onClick={() => add(fresh(taken + rows.length))}
            style={{ marginBlockEnd: 24 }}
          >
            {t("setup.add_agent")}
          </Button>
        </>
      )}
    </Form.List>
  );
}

/** The sign-ins to hand over. The passwords stand nowhere else. */
function HandOver({ made }: { made: Made[] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const copy = async () => {
    const lines = made.map(({ name, login, number, password }) => [name, number, login, password].join("\t"));
    await navigator.clipboard.writeText([window.location.origin, ...lines].join("\n"));
    message.success(t("act.copied"));
  };
  return (
    <div style={{ marginBlockEnd: 16 }}>
      <Alert
        type="success"
        showIcon
        title={t("setup.made")}
        action={
          <Button size="small" icon={<CopyOutlined />} onClick={() => void copy()}>
            {t("setup.copy_all")}
          </Button>
        }
        style={{ marginBlockEnd: 8 }}
      />
      <Table<Made>
        size="small"
        rowKey="login"
        pagination={false}
        dataSource={made}
        columns={[
          { title: t("people.name"), dataIndex: "name" },
          { title: t("people.extension"), dataIndex: "number", className: "number" },
          { title: t("people.login"), dataIndex: "login" },
          { title: t("people.password"), dataIndex: "password", render: (text: string) => <code>{text}</code> },
        ]}
      />
    </div>
  );
}
