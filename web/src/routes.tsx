import { type ComponentType, lazy, type ReactElement, Suspense } from "react";
import { Route, Routes, useLocation } from "react-router";
import { i18n } from "./i18n";
import type { Role } from "./lib/types";
import { Guard } from "./shell/Guard";
import { HomeRedirect } from "./shell/HomeRedirect";
import { NothingHere } from "./shell/NothingHere";
import { PageBroken } from "./shell/PageBroken";
import { Waiting } from "./shell/Waiting";

const PAGES = import.meta.glob<{ default: ComponentType }>("./pages/*/*Page.tsx");

const STAFF: Role[] = ["admin", "supervisor", "auditor"];

const Frame = lazy(() => import("./shell/Frame"));

const WITHOUT_ADMIN = /^(desk|check|sign-in)\//;

/** Each page is a file of its own below `pages`, and loaded when somebody goes there; so are the texts of most. */
function page(file: string, roles?: Role[]): ReactElement {
  const found = PAGES[`./pages/${file}.tsx`];
  if (!found) throw new Error(`there is no page ${file}`);
  const Page = lazy(async () => {
    const [loaded] = await Promise.all([found(), WITHOUT_ADMIN.test(file) || i18n.loadNamespaces("admin")]);
    return loaded;
  });
  return roles ? (
    <Guard roles={roles}>
      <Page />
    </Guard>
  ) : (
    <Page />
  );
}

const INSIDE: [path: string, element: ReactElement][] = [
  ["desk", page("desk/DeskPage", ["admin", "supervisor", "agent"])],
  ["desk/check", page("check/CheckPage", ["admin", "supervisor", "agent"])],
  ["calls", page("calls/CallsPage")],
  ["calls/:id", page("calls/JourneyPage")],
  ["faxes", page("faxes/FaxesPage")],
  ["inbox", page("inbox/InboxPage")],
  ["customers", page("customers/CustomersPage")],
  ["customers/imports", page("imports/ImportsPage", ["admin"])],
  ["records", page("records/RecordsPage")],
  ["records/:table", page("records/RecordsPage")],
  ["follow-ups", page("follow-ups/FollowUpsPage")],
  ["memos", page("memos/MemosPage")],
  ["orders", page("orders/OrdersPage")],
  ["products", page("products/ProductsPage", STAFF)],
  ["tables", page("tables/TablesPage", STAFF)],
  ["messages", page("messages/MessagesPage")],
  ["wall", page("wall/WallPage", STAFF)],
  ["what-if", page("what-if/WhatIfPage", ["admin", "supervisor"])],
  ["exchange/extensions", page("extensions/ExtensionsPage", STAFF)],
  ["exchange/trunks", page("trunks/TrunksPage", STAFF)],
  ["exchange/numbers-in", page("numbers-in/NumbersInPage", STAFF)],
  ["exchange/fax-boxes", page("fax-boxes/FaxBoxesPage", STAFF)],
  ["exchange/routes-out", page("routes-out/RoutesOutPage", STAFF)],
  ["exchange/flows", page("flows/FlowsPage", STAFF)],
  ["exchange/prompts", page("prompts/PromptsPage", STAFF)],
  ["exchange/ring-groups", page("ring-groups/RingGroupsPage", STAFF)],
  ["flows/:id", page("flows/FlowPage", STAFF)],
  ["queues", page("queues/QueuesPage", STAFF)],
  ["satisfaction", page("satisfaction/SatisfactionPage", STAFF)],
  ["settings/surveys", page("surveys/SurveysPage", STAFF)],
  ["settings/customer-fields", page("customer-fields/CustomerFieldsPage", STAFF)],
  ["customer-value", page("customer-value/CustomerValuePage", STAFF)],
  ["segments", page("segments/SegmentsPage", STAFF)],
  ["settings/customer-rules", page("customer-rules/CustomerRulesPage", STAFF)],
  ["settings/skills", page("skills/SkillsPage", STAFF)],
  ["settings/schedules", page("schedules/SchedulesPage", STAFF)],
  ["settings/people", page("people/PeoplePage", STAFF)],
  ["settings/teams", page("teams/TeamsPage", STAFF)],
  ["settings/reasons", page("reasons/ReasonsPage", STAFF)],
  ["settings/company", page("company/CompanyPage", STAFF)],
  ["settings/connections", page("connections/ConnectionsPage", STAFF)],
  ["settings/sms-gateways", page("sms-gateways/SmsGatewaysPage", STAFF)],
  ["settings/sms-templates", page("sms-templates/SmsTemplatesPage", STAFF)],
  ["settings/mail", page("mail/MailPage", ["admin"])],
  ["settings/log", page("log/LogPage", ["admin", "auditor"])],
];
const signIn = page("sign-in/SignInPage");
const setup = page("setup/SetupPage");

export function Pages() {
  const { pathname } = useLocation();
  return (
    <PageBroken place={pathname}>
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route path="/sign-in" element={signIn} />
          <Route path="/setup" element={setup} />
          <Route path="/" element={<Frame />}>
            <Route index element={<HomeRedirect />} />
            {INSIDE.map(([path, element]) => (
              <Route key={path} path={path} element={element} />
            ))}
            <Route path="*" element={<NothingHere />} />
          </Route>
        </Routes>
      </Suspense>
    </PageBroken>
  );
}
