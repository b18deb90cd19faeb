/** The kinds of rows that an administrator edits, each with its calls of the generated client. */
import {
  createConnection,
  createCustomerField,
  createDevice,
  createExtension,
  createFaxBox,
  createInboundRoute,
  createIvrFlow,
  createOutboundRoute,
  createPresenceReason,
  createProduct,
  createProductCategory,
  createPrompt,
  createQueue,
  createRingGroup,
  createSchedule,
  createSkill,
  createSmsGateway,
  createSmsTemplate,
  createSurvey,
  createTable,
  createTeam,
  createTrunk,
  createUser,
  deleteConnection,
  deleteCustomerField,
  deleteDevice,
  deleteExtension,
  deleteFaxBox,
  deleteInboundRoute,
  deleteIvrFlow,
  deleteOutboundRoute,
  deletePresenceReason,
  deleteProduct,
  deleteProductCategory,
  deletePrompt,
  deleteQueue,
  deleteRingGroup,
  deleteSchedule,
  deleteSkill,
  deleteSmsGateway,
  deleteSmsTemplate,
  deleteSurvey,
  deleteTable,
  deleteTeam,
  deleteTrunk,
  deleteUser,
  listConnections,
  listCustomerFields,
  listDevices,
  listExtensions,
  listFaxBoxes,
  listInboundRoutes,
  listIvrFlows,
  listOutboundRoutes,
  listPresenceReasons,
  listProductCategories,
  listProducts,
  listPrompts,
  listQueues,
  listRingGroups,
  listSchedules,
  listSkills,
  listSmsGateways,
  listSmsTemplates,
  listSurveys,
  listTables,
  listTeams,
  listTrunks,
  listUsers,
  replaceConnection,
  replaceCustomerField,
  replaceDevice,
  replaceExtension,
  replaceFaxBox,
  replaceInboundRoute,
  replaceIvrFlow,
  replaceOutboundRoute,
  replacePresenceReason,
  replaceProduct,
  replaceProductCategory,
  replacePrompt,
  replaceQueue,
  replaceRingGroup,
  replaceSchedule,
  replaceSkill,
  replaceSmsGateway,
  replaceSmsTemplate,
  replaceSurvey,
  replaceTable,
  replaceTeam,
  replaceTrunk,
  replaceUser,
} from "../api";

export const KINDS = {
  queues: { list: listQueues, create: createQueue, replace: replaceQueue, remove: deleteQueue },
  extensions: { list: listExtensions, create: createExtension, replace: replaceExtension, remove: deleteExtension },
  trunks: { list: listTrunks, create: createTrunk, replace: replaceTrunk, remove: deleteTrunk },
  "fax-boxes": { list: listFaxBoxes, create: createFaxBox, replace: replaceFaxBox, remove: deleteFaxBox },
  "inbound-routes": {
    list: listInboundRoutes,
    create: createInboundRoute,
    replace: replaceInboundRoute,
    remove: deleteInboundRoute,
  },
  "outbound-routes": {
    list: listOutboundRoutes,
    create: createOutboundRoute,
    replace: replaceOutboundRoute,
    remove: deleteOutboundRoute,
  },
  "ivr-flows": { list: listIvrFlows, create: createIvrFlow, replace: replaceIvrFlow, remove: deleteIvrFlow },
  prompts: { list: listPrompts, create: createPrompt, replace: replacePrompt, remove: deletePrompt },
  "presence-reasons": {
    list: listPresenceReasons,
    create: createPresenceReason,
    replace: replacePresenceReason,
    remove: deletePresenceReason,
  },
  "ring-groups": { list: listRingGroups, create: createRingGroup, replace: replaceRingGroup, remove: deleteRingGroup },
  skills: { list: listSkills, create: createSkill, replace: replaceSkill, remove: deleteSkill },
  "sms-gateways": {
    list: listSmsGateways,
    create: createSmsGateway,
    replace: replaceSmsGateway,
    remove: deleteSmsGateway,
  },
  "sms-templates": {
    list: listSmsTemplates,
    create: createSmsTemplate,
    replace: replaceSmsTemplate,
    remove: deleteSmsTemplate,
  },
  schedules: { list: listSchedules, create: createSchedule, replace: replaceSchedule, remove: deleteSchedule },
  surveys: { list: listSurveys, create: createSurvey, replace: replaceSurvey, remove: deleteSurvey },
  teams: { list: listTeams, create: createTeam, replace: replaceTeam, remove: deleteTeam },
  users: { list: listUsers, create: createUser, replace: replaceUser, remove: deleteUser },
  connections: {
    list: listConnections,
    create: createConnection,
    replace: replaceConnection,
    remove: deleteConnection,
  },
  "customer-fields": {
    list: listCustomerFields,
    create: createCustomerField,
    replace: replaceCustomerField,
    remove: deleteCustomerField,
  },
  devices: { list: listDevices, create: createDevice, replace: replaceDevice, remove: deleteDevice },
  tables: { list: listTables, create: createTable, replace: replaceTable, remove: deleteTable },
  products: { list: listProducts, create: createProduct, replace: replaceProduct, remove: deleteProduct },
  "product-categories": {
    list: listProductCategories,
    create: createProductCategory,
    replace: replaceProductCategory,
    remove: deleteProductCategory,
  },
} as const;

export type Kind = keyof typeof KINDS;

interface Call {
  throwOnError: true;
  path?: { id: string };
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  body?: unknown;
}

/** The five calls in the one form that all kinds share; what the rows hold is said where they are used. */
export interface Calls {
  list(call: Call): Promise<{ data: { items: unknown[]; next: string | null } }>;
  create(call: Call): Promise<{ data: unknown }>;
  replace(call: Call): Promise<{ data: unknown }>;
  remove(call: Call): Promise<unknown>;
}

export function callsOf(kind: Kind): Calls {
  return KINDS[kind] as Calls;
}
