/** Whom a message is for; the server knows the number. */
export type SmsTarget =
  | { to: string }
  | { customer: string; field: string | number }
  | { journey: string }
  | { message: string };
