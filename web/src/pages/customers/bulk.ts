import type { CustomerEditIn, CustomerEditOut } from "../../api";
import type { Values } from "../../ui/FieldForm";

export type CustomerEdit = CustomerEditOut;

/** What of many customers is changed; what is left empty stays. `field`: the own one that gets `values[field]`. */
export interface EditForm {
  owners?: string[];
  add_tags?: string[];
  remove_tags?: string[];
  stage?: CustomerEditIn["stage"];
  tier?: number | null;
  do_not_call?: boolean | null;
  no_mail?: boolean | null;
  field?: string | null;
  values?: Values;
}

export const NOBODY = "none";

/** What is sent; null: nothing would be changed. */
export function editOf({ owners = [], field, values, ...form }: EditForm): Omit<CustomerEditIn, "count"> | null {
  const body: Omit<CustomerEditIn, "count"> = {};
  if (owners.length) body.owners = owners.map((id) => (id === NOBODY ? null : id));
  if (form.add_tags?.length) body.add_tags = form.add_tags;
  if (form.remove_tags?.length) body.remove_tags = form.remove_tags;
  if (form.stage) body.stage = form.stage;
  if (form.tier !== null && form.tier !== undefined) body.tier = form.tier;
  if (form.do_not_call !== null && form.do_not_call !== undefined) body.do_not_call = form.do_not_call;
  if (form.no_mail !== null && form.no_mail !== undefined) body.no_mail = form.no_mail;
  if (field) {
    const value = values?.[field];
    body.values = { [field]: value === undefined || value === "" ? null : value };
  }
  return Object.keys(body).length ? body : null;
}
