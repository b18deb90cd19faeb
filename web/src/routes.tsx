import type { ComponentType } from "react";
import { createBrowserRouter, type RouteObject } from "react-router";
import type { Role } from "./lib/types";
import { Guard } from "./shell/Guard";
import { HomeRedirect } from "./shell/HomeRedirect";
import { NothingHere } from "./shell/NothingHere";
import { PageBroken } from "./shell/PageBroken";
import { Waiting } from "./shell/Waiting";

const PAGES = import.meta.glob<{ default: ComponentType }>("./pages/*/*Page.tsx");

const STAFF: Role[] = ["admin", "supervisor", "auditor"];

/** Each page is a file of its own below `pages`, and loaded when somebody goes there. */
async function load(file: string): Promise<ComponentType> {
  const found = PAGES[`./pages/${file}.tsx`];
  if (!found) throw new Error(`there is no page ${file}`);
  return (await found()).default;
}

function page(path: string, file: string, roles?: Role[]): RouteObject {
  return {
    path,
    errorElement: <PageBroken />,
    lazy: async () => {
      const Page = await load(file);
      return {
        element: (
          <Guard roles={roles}>
            <Page />
          </Guard>
        ),
      };
    },
  };
}

function open(path: string, file: string): RouteObject {
  return {
    path,
    errorElement: <PageBroken />,
    lazy: async () => ({ Component: await load(file) }),
    hydrateFallbackElement: <Waiting />,
  };
}

export const router = createBrowserRouter([
  open("/sign-in", "sign-in/SignInPage"),
  open("/setup", "setup/SetupPage"),
  {
    path: "/",
    errorElement: <PageBroken />,
    hydrateFallbackElement: <Waiting />,
    lazy: async () => ({ Component: (await import("./shell/Frame")).default }),
    children: [
      { index: true, element: <HomeRedirect /> },
      page("desk", "desk/DeskPage"),
      page("desk/check", "check/CheckPage"),
      page("calls", "calls/CallsPage"),
      page("calls/:id", "calls/JourneyPage"),
      page("exchange/extensions", "extensions/ExtensionsPage", STAFF),
      page("exchange/trunks", "trunks/TrunksPage", STAFF),
      page("exchange/numbers-in", "numbers-in/NumbersInPage", STAFF),
      page("exchange/routes-out", "routes-out/RoutesOutPage", STAFF),
      page("exchange/flows", "flows/FlowsPage", STAFF),
      page("exchange/prompts", "prompts/PromptsPage", STAFF),
      page("queues", "queues/QueuesPage", STAFF),
      page("settings/people", "people/PeoplePage", STAFF),
      page("settings/teams", "teams/TeamsPage", STAFF),
      page("settings/reasons", "reasons/ReasonsPage", STAFF),
      page("settings/company", "company/CompanyPage", STAFF),
      page("settings/log", "log/LogPage", ["admin", "auditor"]),
      { path: "*", element: <NothingHere /> },
    ],
  },
]);
