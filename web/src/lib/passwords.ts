/** Letters and digits that nobody mistakes for each other when read out or copied by hand. */
const SIGNS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** A one-time password from the browser's secure chance. */
export function oneTimePassword(length = 12): string {
  const fair = 256 - (256 % SIGNS.length);
  let password = "";
  while (password.length < length)
    for (const byte of crypto.getRandomValues(new Uint8Array(length)))
      if (byte < fair && password.length < length) password += SIGNS[byte % SIGNS.length];
  return password;
}
